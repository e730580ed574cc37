"""Search what is shared beside the images: tables line by line, and paths.

Owns: a text is searched for everybody whom the ledger knows by now.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from anonledger.deid.verify import verify_text
from anonledger.engine.recipes import recipe_of_all, recipes, roster
from anonledger.ledger.queries import Ledger
from anonledger.records import Recipe, Roster

TOGETHER = 1000  # paths that are searched as one text
NOBODY = Recipe("", "")


class Known:
    """Everybody whom the ledger knows by now."""

    def __init__(self, ledger: Ledger) -> None:
        """Read who there is."""
        table = ledger.latest_table()
        each = recipes(ledger, table)
        self._everybody = recipe_of_all(each.values(), table)
        self._by_pseudonym = {recipe.pseudonym: recipe for recipe in each.values()}
        self._roster = roster(each.values())

    def lines_naming(self, content: bytes, delimiter: str) -> int:
        """Return how many lines of a table hold an identifier."""
        return sum(1 for _ in naming(content, delimiter, self._by_pseudonym, self._roster))

    def paths_naming(self, paths: Iterable[str]) -> int:
        """Return how many paths, in order, hold an identifier; a folder counts once."""
        left, found = _told_once(paths), 0
        while some := list(islice(left, TOGETHER)):
            if not verify_text("\n".join(some), self._everybody):
                found += sum(not verify_text(path, self._everybody) for path in some)
        return found


def _told_once(paths: Iterable[str]) -> Iterator[str]:
    """Yield paths, but of those in the folder of the one before the name alone: most of a path repeats."""
    before = None
    for path in paths:
        folder, _, name = path.rpartition("/")
        yield name if folder == before else path
        before = folder


def naming(content: bytes, delimiter: str, by_pseudonym: dict[str, Recipe], roster: Roster) -> Iterator[int]:
    """Yield the numbers of the lines, from 1, that name somebody; without a delimiter a line is one cell."""
    text = io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline="")
    lines = csv.reader(text, delimiter=delimiter) if delimiter else ([line] for line in text)
    for number, row in enumerate(lines, 1):
        recipe = next((by_pseudonym[cell] for cell in row if cell in by_pseudonym), NOBODY)
        if not all(verify_text(cell, recipe, roster) for cell in row):
            yield number
