"""A strict local Slack: one workspace on one's own machine, for trying and testing any app of Slack's.

This room knows no app: it is given a manifest and a seed. App and workspace talk over HTTP and
WebSocket only, as with the real Slack. Start at `sandbox/server.py`; tests start at
`sandbox/testing.py`; the web page talks through `sandbox/page_api.py`.
"""
