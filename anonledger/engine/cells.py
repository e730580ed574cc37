"""Take the identifiers of everybody out of the cells of a table that is shared.

Owns: a cell that is released was searched for every subject of the dataset, and for the rows of nobody.
"""

import re
from collections.abc import Iterable, Mapping

from anonledger.deid.hunt import hunter_of
from anonledger.deid.lexicon import name_words, particles, technical_words
from anonledger.deid.scrub import clean_string
from anonledger.deid.verify import verify_text
from anonledger.digests import digest
from anonledger.engine.readings import readings, runs_said, words_said
from anonledger.engine.recipes import roster
from anonledger.engine.strangers import Strangers
from anonledger.engine.tiny_names import TinyNames
from anonledger.folding import fold
from anonledger.records import Recipe, Table
from anonledger.subjects.names import is_placeholder, words
from anonledger.subjects.people import row_further_names, row_identifiers, row_name

HEADER = 0  # stands for the subject of a text that is about nobody
NOBODY = Recipe("", "")
UMLAUT = re.compile("[aou]e", re.IGNORECASE)
UNNAMED = "XXXX"  # in the place of somebody who has no pseudonym


class Cells:
    """Everybody who may be named in a cell, by the words of their names and IDs."""

    def __init__(self, recipes: Mapping[int, Recipe], others: Iterable[Recipe]) -> None:
        """``recipes`` by subject id; ``others``: people of the table who are no subject."""
        self._ids = {recipe.pseudonym: subject for subject, recipe in recipes.items()} | {"": HEADER}
        self._own = {**recipes, HEADER: NOBODY}
        everybody = self._own | {-number: other for number, other in enumerate(others, start=1)}
        self._strangers = Strangers(everybody, {})
        self._tiny = TinyNames(everybody.values())
        self._roster = roster(everybody.values())

    def cleaned(self, cell: str, pseudonym: str) -> str:
        """Return a cell of a subject's row ("": a header) without identifiers; what resists is emptied."""
        subject = self._ids[pseudonym]
        own = self._own[subject]
        if (said := frozenset(words(cell))) and any(said <= frozenset(words(n)) for n in own.names):
            return pseudonym  # nothing but words of the name, however short
        recipe = self._strangers.recipe_of_text(subject, cell)
        text = self._tiny.cleaned(clean_string(cell, hunter_of(recipe), pseudonym))
        return text if all(self._is_clean(read, own) for read in readings(text)) else ""

    def _is_clean(self, text: str, own: Recipe) -> bool:
        return verify_text(text, own, self._roster) and self._tiny.cleaned(text) == text


def people_named(table: Table, rows: Iterable[int], cells: Iterable[str]) -> tuple[Recipe, ...]:
    """Return those rows as recipes of people without a pseudonym, if a word of theirs is in the cells."""
    mute = technical_words() | particles()
    said: set[str] = set()
    for cell in set(cells):
        said |= words_said(cell) | runs_said(cell)
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], None] = {}
    for row in rows:
        name, numbers = row_name(table, row), row_identifiers(table, row)
        further = [one for one in row_further_names(table, row) if len(words(one)) > 1]
        spelled = {word for one in (name, *further) for word in _spelled(one)}
        spoken_of = {word for word in spelled if word not in mute} or spelled
        spoken_of |= {"".join(filter(str.isalnum, fold(number))).lstrip("0") for number in numbers}
        if not is_placeholder(name) and not said.isdisjoint(spoken_of):
            found[(name, *further), tuple(sorted(numbers))] = None
    return tuple(Recipe(UNNAMED, digest("row/1", *said_of), *said_of) for said_of in found)


def _spelled(name: str) -> Iterable[str]:
    """Return the folded words of a name; most have one spelling, which is quickly told."""
    return words(name) if name.isascii() and not UMLAUT.search(name) else name_words(name)
