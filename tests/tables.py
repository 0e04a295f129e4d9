"""README's tables of slash commands, written from the nouns' own help: `make docs`."""

import re
from pathlib import Path

from handlers.door.nouns import grammars, help_of

README = Path(__file__).parents[1] / "README.md"


def in_cell(words):
    """A text in a cell of a table: GitHub ends one at a bar even inside code."""
    return words.replace("|", "\\|")


def with_tables(text):
    """The text with the rows below each command's heading as its help has them; ValueError without the heading."""
    for command in grammars():
        rows = "".join(f"| `{in_cell(usage)}` | {in_cell(words)} |\n" for usage, words in help_of(command))
        table = re.compile(rf"(### {re.escape(command)}\n.*?\n\|---\|---\|\n)(?:\| [^\n]*\n)*", re.DOTALL)
        text, written = table.subn(lambda found, rows=rows: found[1] + rows, text, count=1)
        if not written:
            raise ValueError(f"README has no table below ### {command}")
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text()))
