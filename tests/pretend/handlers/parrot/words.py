"""The grammar of `/parrot`."""

PLACE = 90
COMMAND = "/parrot"
SAID = ("parrot Acme Polly", "who keeps which parrot")
COMMAND_HELP = [("/parrot [help]", "parrots, and when they are fed"), ("/parrot help", "this list")]
VERBS = {"help": "help"}
