"""Find the columns of a demographics table that say who a row is about.

Owns: what columns are called is data; a name is never put together from a part of the name alone.
"""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from anonledger.errors import UsageError
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import words


def name_positions(columns: Sequence[str], wanted: Sequence[str] = ()) -> tuple[int, ...]:
    """Return the position of the column that holds the name, or those of given name and family name.

    ``wanted`` are columns that the user named. Raises UsageError when they, or any, are not there.
    """
    if wanted:
        return tuple(position_of(name, columns, "--name-column") for name in wanted)
    full, name, given, family = (
        column_of(kind, columns) for kind in ("full_name", "name", "given_name", "family_name")
    )
    if full is None and name is not None and (given is None) == (family is None):
        full = name
    if full is not None:
        return (full,)
    given, family = (name if part is None else part for part in (given, family))
    if given is None or family is None:
        raise UsageError(
            f"The demographics table has no column that is called like a name. {_those(columns)}"
            "Say which one holds the name with --name-column."
        )
    return (given, family)


def column_of(kind: str, columns: Sequence[str]) -> int | None:
    """Return the position of the first column that is called by one of the words of a kind."""
    known = {_plain(column): position for position, column in reversed(list(enumerate(columns)))}
    return next((known[word] for word in column_words()[kind] if word in known), None)


@lru_cache(maxsize=1)
def column_words() -> dict[str, list[str]]:
    """Return the lists of words by kind, best first."""
    return tomllib.loads(files("anonledger.subjects").joinpath("column_words.toml").read_text("utf-8"))


def position_of(name: str, columns: Sequence[str], option: str) -> int:
    """Return the position of a column that the user named by an option. Raises UsageError without one."""
    if name in columns:
        return columns.index(name)
    alike = [position for position, column in enumerate(columns) if _plain(column) == _plain(name)]
    if len(alike) == 1:
        return alike[0]
    raise UsageError(
        f"The demographics table has no column '{name}'. {_those(columns)}"
        f"Name one of its columns with {option}."
    )


def _those(columns: Sequence[str]) -> str:
    """Return a sentence that lists the columns, unless they may be somebody's data and no header."""
    if any(birth_date(column) or column.strip().isdigit() for column in columns) or not _looks_like_header(
        columns
    ):
        return f"Its first row, of {len(columns)} cells, does not look like a header. "
    return "Its columns are: " + ", ".join(columns) + ". "


def _looks_like_header(columns: Sequence[str]) -> bool:
    """Whether a column is called by a word that is known, or written as only a header is."""
    known = {word for listed in column_words().values() for word in listed}
    return any(_plain(column) in known or "_" in column or column == column.lower() for column in columns)


def naming_positions(columns: Sequence[str]) -> frozenset[int]:
    """Return the positions of all columns that are called like a name or an ID of somebody."""
    kinds = ("full_name", "name", "given_name", "family_name", "further_name", "id")
    known = {word for kind in kinds for word in column_words()[kind]}
    return frozenset(position for position, column in enumerate(columns) if _plain(column) in known)


def _plain(column: str) -> str:
    return "".join(words(column)) or column.strip()
