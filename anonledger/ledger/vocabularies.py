"""Hand out the words of instances as they are asked for, some sets ahead.

Owns: memory holds a few hundred sets of words at a time, however many there are.
"""

import json
from collections import OrderedDict
from pathlib import Path

from sqlalchemy import Engine

from anonledger.ledger.reading import Reading

AHEAD = 200  # sets that are read together: those asked for next mostly lie near
HELD = 5 * AHEAD


class Vocabularies(Reading):
    """The sets of words that stand in texts of instances, by their ids."""

    def __init__(self, path: Path, engine: Engine | None = None) -> None:
        """Read nothing yet."""
        super().__init__(path, engine)
        self._held: OrderedDict[int, frozenset[str]] = OrderedDict()

    def get(self, number: int, default: frozenset[str]) -> frozenset[str]:
        """Return the set of an id, or ``default`` when there is none."""
        if number not in self._held:
            asked = "SELECT id, words FROM vocabulary WHERE id >= ? AND id < ? ORDER BY id"
            first = number - number % AHEAD  # in whatever order they are asked for, each portion is read once
            with self._reading() as connection:
                rows = connection.exec_driver_sql(asked, (first, first + AHEAD)).all()
            self._held.update((row[0], frozenset(json.loads(row[1]))) for row in rows)
            while len(self._held) > HELD:
                self._held.popitem(last=False)
        return self._held.get(number, default)
