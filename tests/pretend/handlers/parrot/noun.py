"""`/parrot`, and the button of its reminder: parrot.fed ACCOUNT."""

from handlers.parrot import actions, words

from handlers.door.actions import carry_out
from handlers.door.request import Say


def _command(_request, services):
    return Say(services.render("blocks/help", command=words.COMMAND, lines=words.COMMAND_HELP))


def _fed(request, services):
    return carry_out(request, services, actions.feed, int(request.value))


COMMANDS = {"/parrot": _command}
ACTIONS = {"parrot.fed": _fed}
