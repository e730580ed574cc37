"""Tell what the header of a column says that the column holds.

Owns: what columns are called is data; a header is shown only when it is made of words that no person bears.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from itertools import product

from anonledger.errors import UsageError
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import words

ROLES = ("birth_date", "sex")
NUMBERED = re.compile(r" \(\d+\)$|\.\d+$")  # what marks another column of a name, here and in pandas
HUMP = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")


class Kind(StrEnum):
    """What a column is called like."""

    NAME = "a name"
    NUMBER = "an ID"
    PLACE = "an address"


LISTS = {
    Kind.NAME: ("full_name", "name", "given_name", "family_name", "further_name"),
    Kind.NUMBER: ("id", "further_id"),
    Kind.PLACE: ("place",),
}
ABOUT = {Kind.NAME: "about_name", Kind.NUMBER: "about_id", Kind.PLACE: "about_place"}


@lru_cache(maxsize=1)
def column_words() -> dict[str, list[str]]:
    """Return the lists of words by kind, best first."""
    return tomllib.loads(files("anonledger.subjects").joinpath("column_words.toml").read_text("utf-8"))


def plain(column: str) -> str:
    """Return the letters and digits of a header, folded: what two spellings of it have in common."""
    return "".join(words(column)) or column.strip()


def unmarked(column: str) -> str:
    """Return the plain form without what marks another of the same: ``name (2)``, ``name.1``, ``name_2``."""
    return "".join(_spoken(column))


def unnumbered(column: str) -> str:
    """Return a header without the number that it has got for standing there twice."""
    return NUMBERED.sub("", column)


def kind_of(column: str) -> Kind | None:
    """Return what a column is called like, None for any other."""
    said = _spoken(column)
    apart = _spoken(HUMP.sub(" ", column))
    for kind, known in _known().items():
        about = column_words()[ABOUT[kind]]
        if "".join(said) in known or (known & set(apart) and known.union(about).issuperset(apart)):
            return kind
    return None


def sounds_like(column: str) -> bool:
    """Whether a word of a header is one that names and IDs are called by."""
    telling = frozenset().union(*_known().values())
    return not telling.isdisjoint(_spoken(HUMP.sub(" ", column)))


def is_known(column: str) -> bool:
    """Whether a header is one of the usual ones, and so nobody's name."""
    usual = {word for role in ROLES for word in column_words()[role]}
    return unmarked(column) in usual or kind_of(column) is not None


def is_header(columns: Iterable[str], named: Collection[str] = ()) -> bool:
    """Whether a first row is none of somebody's data: a header is usual, or ``named`` by the user."""
    cells = list(columns)
    if any(birth_date(cell) or cell.strip().isdigit() for cell in cells):
        return False
    told = set(map(plain, named))
    return any(is_known(cell) or plain(cell) in told for cell in cells)


def listed(columns: Sequence[str]) -> str:
    """Return a sentence on the columns of a table that shows the usual headers only."""
    known = [column for column in columns if is_known(column)]
    others = len(columns) - len(known)
    if not known or not is_header(columns):
        cells = "1 cell" if len(columns) == 1 else f"{len(columns)} cells"
        return f"Its first row, of {cells}, holds no header that is usual. "
    more = f" and {others} more" if others else ""
    return f"Its columns are: {', '.join(known)}{more}. "


def position_of(name: str, columns: Sequence[str], option: str) -> int:
    """Return the position of a column that the user named by an option. Raises UsageError without one."""
    if name in columns:
        return columns.index(name)
    alike = alike_positions(name, columns)
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise UsageError(
            f"The demographics table has {len(alike)} columns that are called nearly '{name}'. "
            f"Name one of them with {option} exactly as it is spelled."
        )
    raise UsageError(
        f"The demographics table has no column '{name}'. {listed(columns)}"
        f"Name one of its columns with {option}."
    )


def alike_positions(name: str, columns: Sequence[str]) -> list[int]:
    """Return the positions of the columns that are called nearly so."""
    return [position for position, column in enumerate(columns) if plain(column) == plain(name)]


def doubles(positions: Iterable[int], columns: Sequence[str]) -> set[int]:
    """Return the positions of further columns that are called as these are, but for a mark."""
    said = {plain(columns[position]) for position in positions}
    return {position for position, column in enumerate(columns) if unmarked(column) in said}


@lru_cache(maxsize=1)
def _known() -> Mapping[Kind, frozenset[str]]:
    listed = column_words()
    known = {kind: {word for name in names for word in listed[name]} for kind, names in LISTS.items()}
    pairs = [*product(listed["numbered"], listed["number"]), *product(listed["number"], listed["numbered"])]
    known[Kind.NUMBER] |= {"".join(pair) for pair in pairs}
    return {kind: frozenset(found) for kind, found in known.items()}


def _spoken(column: str) -> tuple[str, ...]:
    """Return the words of a header without the digits at their ends."""
    return tuple(filter(None, (word.rstrip("0123456789") for word in words(column))))
