"""The nouns of areas: who hands in an area's table of the policy, or a verb that is there with an area alone.

Read as text, since the plugin `without_areas` must ask before anything of the bot is imported.
"""

from pathlib import Path

from storage.base.nouns import NOUNS

ROOT = Path(__file__).parents[2]
SIGNS = (
    ("storage", "settings.py", "\nAREAS = "),
    ("handlers", "words.py", '"areas": ('),
    ("handlers", "words.py", "\nAREAS: "),
)


def _is_of_an_area(noun):
    files = [(ROOT / room / noun / file, sign) for room, file, sign in SIGNS]
    return any(path.exists() and sign in path.read_text() for path, sign in files)


AREA_NOUNS = tuple(noun for noun in NOUNS if _is_of_an_area(noun))
