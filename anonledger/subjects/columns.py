"""Find the columns of a demographics table that say who a row is about.

Owns: what columns are called is data; a name is never put together from a part of the name alone.
"""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from anonledger.errors import UsageError
from anonledger.outcomes import ColumnFate, ColumnRole
from anonledger.records import ColumnUse, Table
from anonledger.settings import Settings
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import words


@dataclass(frozen=True, slots=True)
class Columns:
    """The positions of the columns that say who a row is about."""

    name: tuple[int, ...]
    birth_date: int | None
    sex: int | None
    id: int | None
    identifiers: tuple[int, ...]


def columns_of(names: Sequence[str], settings: Settings) -> Columns:
    """Return the columns that the settings name, the others as they are called.

    Raises UsageError for a column that is not there, is named for two things, or is to be kept and cannot.
    """
    name = name_positions(names, settings.name_columns)
    given = {
        option: position_of(wanted, names, option)
        for option, wanted in (
            ("--birthdate-column", settings.birthdate_column),
            ("--sex-column", settings.sex_column),
            ("--id-column", settings.id_column),
        )
        if wanted
    }
    if len({*name, *given.values()}) < len(name) + len(given):
        raise UsageError(
            "One column of the demographics table is named for two things "
            f"({', '.join(given)}, or the name). Name a column of its own for each."
        )
    for wanted in settings.keep_columns:
        if position_of(wanted, names, "--keep-column") in name:
            raise UsageError(
                f"The column '{wanted}' holds the names and cannot be kept: the pseudonym takes their place. "
                "Leave it out of --keep-column."
            )

    def found(option: str, kind: str) -> int | None:
        if option in given:
            return given[option]
        position = column_of(kind, names)
        return None if position in {*name, *given.values()} else position

    return Columns(
        name,
        found("--birthdate-column", "birth_date"),
        found("--sex-column", "sex"),
        found("--id-column", "id"),
        tuple(position_of(wanted, names, "--identifier-column") for wanted in settings.identifier_columns),
    )


def column_uses(table: Table, dropped: Collection[str], kept: Collection[str]) -> tuple[ColumnUse, ...]:
    """Return what each column is used for, and what becomes of it in the table that is shared.

    ``dropped`` and ``kept`` are what the user calls columns; what is kept goes before what is dropped.
    """
    names = table.columns
    unwanted = {_plain(name) for name in dropped}
    wanted = {position for name in kept if (position := _position(name, names)) is not None}
    naming = naming_positions(names)
    roles = dict.fromkeys(table.identifier_columns, ColumnRole.IDENTIFIER)
    roles |= dict.fromkeys(table.name_columns, ColumnRole.NAME)
    for role, position in (
        (ColumnRole.BIRTH_DATE, table.birth_date_column),
        (ColumnRole.SEX, table.sex_column),
        (ColumnRole.ID, table.id_column),
    ):
        if position is not None:
            roles[position] = role

    def use(position: int, role: ColumnRole) -> ColumnUse:
        if position in table.name_columns[:1]:
            return ColumnUse(role, ColumnFate.PSEUDONYM)
        if position in table.name_columns:
            return ColumnUse(role, ColumnFate.LEFT_OUT, "the other part of the name holds the pseudonym")
        if _plain(names[position]) in unwanted and position not in wanted:
            return ColumnUse(role, ColumnFate.LEFT_OUT, "as the settings say")
        if role is ColumnRole.ID:
            return ColumnUse(role, ColumnFate.PSEUDONYM)
        if position in wanted:
            return ColumnUse(role, ColumnFate.CLEANED, "as the settings say")
        if role is ColumnRole.IDENTIFIER or position in naming:
            why = "it identifies" if role is ColumnRole.IDENTIFIER else "it is called like a name or an ID"
            return ColumnUse(role, ColumnFate.LEFT_OUT, why)
        return ColumnUse(role, ColumnFate.CLEANED)

    return tuple(use(position, roles.get(position, ColumnRole.DATA)) for position in range(len(names)))


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
    position = _position(name, columns)
    if position is None:
        raise UsageError(
            f"The demographics table has no column '{name}'. {_those(columns)}"
            f"Name one of its columns with {option}."
        )
    return position


def _position(name: str, columns: Sequence[str]) -> int | None:
    """Return the position of the column of a name, or of the only one that is called nearly so."""
    if name in columns:
        return columns.index(name)
    alike = [position for position, column in enumerate(columns) if _plain(column) == _plain(name)]
    return alike[0] if len(alike) == 1 else None


def _those(columns: Sequence[str]) -> str:
    """Return a sentence that lists the columns, unless they may be somebody's data and no header."""
    if not is_header(columns):
        cells = "1 cell" if len(columns) == 1 else f"{len(columns)} cells"
        return f"Its first row, of {cells}, does not look like a header. "
    return "Its columns are: " + ", ".join(columns) + ". "


def is_header(columns: Sequence[str]) -> bool:
    """Whether a first row is none of somebody's data: a column is called or written as only a header is."""
    if any(birth_date(column) or column.strip().isdigit() for column in columns):
        return False
    known = {word for listed in column_words().values() for word in listed}
    return any(_plain(column) in known or "_" in column or column == column.lower() for column in columns)


def naming_positions(columns: Sequence[str]) -> frozenset[int]:
    """Return the positions of all columns that are called like a name or an ID of somebody."""
    kinds = ("full_name", "name", "given_name", "family_name", "further_name", "id")
    known = {word for kind in kinds for word in column_words()[kind]}
    return frozenset(position for position, column in enumerate(columns) if _plain(column) in known)


def _plain(column: str) -> str:
    return "".join(words(column)) or column.strip()
