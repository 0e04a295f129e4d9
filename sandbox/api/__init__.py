"""The Web API, a module for each family of methods; importing this package fills the table of methods."""

from sandbox.api import chat, conversations, files, misc, users, views
from sandbox.api.registry import METHODS, Call, Method

__all__ = ["METHODS", "Call", "Method", "chat", "conversations", "files", "misc", "users", "views"]
