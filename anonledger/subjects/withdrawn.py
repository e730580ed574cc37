"""Recognise, by salted marks alone, those who are forgotten.

Owns: a mark is an HMAC under the project's salt: without the salt nobody can tell whom it is of.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain, combinations, product

from anonledger.digests import keyed_digest
from anonledger.folding import fold
from anonledger.outcomes import MarkKind
from anonledger.records import Evidence, Mark, Table
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import groups, is_placeholder, is_telling, usable, words
from anonledger.subjects.people import row_identifiers, row_name, table_people
from anonledger.subjects.rulings import described

LEAST_DIGITS = 5  # of a number that is somebody's ID wherever it stands
LEAST_GLUED = 6  # letters of two words of a name, or of one and an initial, that are written as one
TOGETHER = 2  # words of a name that are somebody's


def told_marks(salt: bytes, evidence: Iterable[Evidence]) -> set[tuple[MarkKind, str]]:
    """Return the marks of somebody of whom this is all the evidence."""
    found: set[tuple[MarkKind, str]] = set()
    for one in evidence:
        found |= {(kind, _digest(salt, kind, *parts)) for kind, *parts in _said(one)}
    return found


def _said(one: Evidence) -> Iterator[tuple[MarkKind, *tuple[str, ...]]]:
    names, number, birth = _fields(one)
    if number:
        yield MarkKind.ID, number
    for name in names:
        yield MarkKind.NAME, name
        if birth:
            yield MarkKind.NAME_AND_BIRTH, name, birth
        elif not number:
            yield MarkKind.UNDATED, name
    if birth:
        yield from ((MarkKind.PAIR_AND_BIRTH, *pair, birth) for pair in _pairs(one.name))
    for spelled in (one.name, *one.other_names):
        yield from ((MarkKind.WORD, word) for word in _telling(spelled))
        yield from ((MarkKind.GLUED, glued) for glued in _glued(spelled))
    for text in (one.patient_id, *one.other_ids):
        digits = "".join(filter(str.isdigit, text)).lstrip("0")
        if len(digits) >= LEAST_DIGITS:
            yield MarkKind.NUMBER, digits


class Withdrawn:
    """Those who are forgotten."""

    def __init__(self, salt: bytes, marks: Iterable[Mark]) -> None:
        """Know them by their marks; the salt must be the one that these were made with."""
        self._salt = salt
        self._whose: dict[tuple[MarkKind, str], set[int]] = defaultdict(set)
        for one in marks:
            self._whose[one.kind, one.digest].add(one.subject)
        self._met: dict[str, frozenset[int]] = {}
        self._run_together: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._whose)

    def is_of(self, one: Evidence) -> bool:
        """Whether evidence is of somebody who is forgotten: by ID, by name and birth date, or by all it says.

        Names that have nothing in common make one ID two patients, as everywhere.
        """
        names, number, birth = _fields(one)
        if number and (bearers := self._of(MarkKind.ID, number)):
            spoken_of = {who for word in _telling(one.name) for who in self._by_word(word)}
            if not names or bearers & spoken_of or not self._named(bearers):
                return True
        for name in names:
            if birth and self._of(MarkKind.NAME_AND_BIRTH, name, birth):
                return True
            if self._of(MarkKind.UNDATED, name) or (
                not birth and not number and self._of(MarkKind.NAME, name)
            ):
                return True
        return bool(birth) and any(self._of(MarkKind.PAIR_AND_BIRTH, *two, birth) for two in _pairs(one.name))

    def speaks_of(self, said: Collection[str], own: str = "") -> bool:
        """Whether folded words and numbers name somebody who is forgotten; ``own``: the name of their owner.

        Two words of one name do, also written as one, unless both are the owner's.
        """
        mine, glued = set(words(own)), set(_glued(own))
        hits: dict[int, set[str]] = defaultdict(set)
        for piece in {one for word in said for one in _pieces(word)}:
            if piece.isdigit():
                if self._by_number(piece):
                    return True
            elif piece not in glued and self._by_glued(piece):
                return True
            else:
                for who in self._by_word(piece):
                    hits[who].add(piece)
        return any(len(found) >= TOGETHER and found - mine for found in hits.values())

    def stands_in(self, place: str) -> bool:
        """Whether the parts of a place ("/" between) name somebody who is forgotten, or one is their ID."""
        parts = place.split("/")
        return self.speaks_of({word for part in parts for word in _spoken(part)}) or any(
            map(self._is_id, parts)
        )

    def knows(self, text: str) -> bool:
        """Whether a word of a text is one of somebody who is forgotten: enough not to keep the text."""
        pieces = {one for word in _spoken(text) for one in _pieces(word)}
        return self._is_id(text) or any(
            self._by_number(one) if one.isdigit() else self._by_word(one) or self._by_glued(one)
            for one in pieces
        )

    def is_content(self, digest: str) -> bool:
        """Whether a content is on record as one that may name somebody who is forgotten."""
        return (MarkKind.CONTENT, digest) in self._whose

    def _of(self, kind: MarkKind, *parts: str) -> set[int]:
        return self._whose.get((kind, _digest(self._salt, kind, *parts)), set())

    def _by_word(self, word: str) -> frozenset[int]:
        if word not in self._met:
            self._met[word] = frozenset(self._of(MarkKind.WORD, word))
        return self._met[word]

    def _by_glued(self, word: str) -> bool:
        if len(word) < LEAST_GLUED:
            return False
        if word not in self._run_together:
            self._run_together[word] = bool(self._of(MarkKind.GLUED, word))
        return self._run_together[word]

    def _by_number(self, digits: str) -> bool:
        plain = digits.lstrip("0")
        return len(plain) >= LEAST_DIGITS and bool(self._of(MarkKind.NUMBER, plain))

    def _is_id(self, part: str) -> bool:
        """Whether a part of a place is an ID, with an ending or without; a short one may be anything."""
        told = {fold(text.strip()) for text in (part, part.partition(".")[0])}
        return any(len(text) >= LEAST_DIGITS and self._of(MarkKind.ID, text) for text in told)

    def _named(self, subjects: set[int]) -> bool:
        return any(kind is MarkKind.NAME and bearers & subjects for (kind, _), bearers in self._whose.items())


def without(table: Table, withdrawn: Withdrawn, rows: Collection[int] = ()) -> Table:
    """Return a table with the rows of those who are forgotten, and cells that name them, empty.

    ``rows``: further ones to empty (1 for the first below the header). A row keeps its number.
    """
    gone = {
        row for person in table_people(table) if withdrawn.is_of(described(person)) for row in person.rows
    }
    blank = ("",) * len(table.columns)
    kept = tuple(
        blank if number in gone or number in rows else _cells(table, number, withdrawn)
        for number in range(1, len(table.rows) + 1)
    )
    return table if kept == table.rows else replace(table, rows=kept)


def _cells(table: Table, row: int, withdrawn: Withdrawn) -> tuple[str, ...]:
    name, own = row_name(table, row), {fold(number) for number in row_identifiers(table, row)}
    return tuple(
        ""
        if position not in table.name_columns
        and fold(cell.strip()) not in own
        and withdrawn.speaks_of(_words(cell), name)
        else cell
        for position, cell in enumerate(table.rows[row - 1])
    )


def _words(cell: str) -> set[str]:
    return {word.lstrip("0") if word.isdigit() else word for word in words(cell)} - {""}


def _fields(one: Evidence) -> tuple[tuple[str, ...], str, str]:
    """Return the names, ID (or what stands for it) and birth date, folded."""
    number = "" if is_placeholder(one.patient_id) else fold(one.patient_id.strip())
    names = usable(one.name)
    if not names and not number and one.scope:
        number = f"scope {one.scope}"
    return names, number, birth_date(one.birth_date)


def _telling(name: str) -> Iterator[str]:
    for group in groups(name):
        if not is_placeholder(group):
            yield from filter(is_telling, words(group))


def _couples(name: str) -> Iterator[tuple[str, str]]:
    """Yield the family name's words each with those of the other names; any two where nothing tells them."""
    for group in groups(name):
        if is_placeholder(group):
            continue
        parts = [
            [word for word in words(part) if is_telling(word)] for part in group.replace(",", "^").split("^")
        ]
        family, *others = list(filter(None, parts)) or [[]]
        if others:
            yield from product(family, chain(*others))
        else:
            yield from combinations(family, 2)


def _pairs(name: str) -> set[tuple[str, str]]:
    return {(min(two), max(two)) for two in _couples(name)}


def _glued(name: str) -> Iterator[str]:
    """Yield how two words of a name are written as one, as in file names and logins: all, or one initial."""
    for one, other in _couples(name):
        forms = (one + other, other + one, other[0] + one, one + other[0], one[0] + other, other + one[0])
        yield from (form for form in forms if len(form) >= LEAST_GLUED)


def _spoken(text: str) -> tuple[str, ...]:
    return words(text.replace("=", " "))


def _pieces(word: str) -> set[str]:
    """Return a word, and its runs of letters and of digits."""
    return {word, *re.findall(r"\d+|[^\W\d_]+", word)}


def _digest(salt: bytes, kind: MarkKind, *parts: str) -> str:
    return keyed_digest(salt, "withdrawn/1", kind, *parts).hex()
