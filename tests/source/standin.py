"""What stand-ins for other companies' servers have in common: HTTPS on this machine, by an authority of their own."""

import http.server
import ssl
import threading

import trustme


class Quiet(http.server.ThreadingHTTPServer):
    """Who is hung up on says nothing of it."""

    def handle_error(self, *_):
        pass


class Standin:
    """A server that its subclass's `_handler()` answers for, from `serve` until `stop`."""

    def serve(self):
        self.authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self.server = Quiet(("127.0.0.1", 0), self._handler())
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.host = f"localhost:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join(5)
        self.server.server_close()
