"""Decide what each column of a demographics table is used for, and what becomes of it.

Owns: a name is never put together from a part of the name alone; a header that names somebody is not shared.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from anonledger.errors import UsageError
from anonledger.outcomes import ColumnFate, ColumnRole
from anonledger.records import ColumnUse, Table
from anonledger.settings import DROPPED_COLUMNS, Settings
from anonledger.subjects.headers import (
    Kind,
    alike_positions,
    column_words,
    doubles,
    kind_of,
    listed,
    plain,
    position_of,
    unnumbered,
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The positions of the columns that say who a row is about.

    ``identifiers``: those that the user names, and all that are called like a further name or ID.
    """

    name: tuple[int, ...]
    birth_date: int | None
    sex: int | None
    id: int | None
    identifiers: tuple[int, ...]


def columns_of(names: Sequence[str], settings: Settings) -> Columns:
    """Return the columns that the settings name, the others as they are called.

    Raises UsageError for a column that is not there, is named for two things, or is to be kept and cannot.
    """
    refuse_unknown(names, settings)
    name = name_positions(names, settings.name_columns)
    given = _given(names, settings, name)

    def found(option: str, kind: str) -> int | None:
        if option in given:
            return given[option]
        position = column_of(kind, names)
        return None if position in {*name, *given.values()} else position

    birth, sex = found("--birthdate-column", "birth_date"), found("--sex-column", "sex")
    number = found("--id-column", "id")
    hunted = tuple(position_of(one, names, "--identifier-column") for one in settings.identifier_columns)
    kept = {position_of(one, names, "--keep-column") for one in settings.keep_columns}
    for what, instead, positions in (
        ("the names", "the pseudonym takes their place", name),
        ("the patient IDs", "the pseudonym takes their place", (number,)),
        ("what --identifier-column hunts", "what identifies is not shared", hunted),
    ):
        _refuse_kept(kept.intersection(positions), what, instead)
    used = {*name, birth, sex, number, *hunted} | kept
    called = _called(names, name, [p for p in (number, *hunted) if p is not None])
    further = [p for p, kind in called.items() if kind is not Kind.PLACE and p not in used]
    return Columns(name, birth, sex, number, (*hunted, *sorted(further)))


def _given(names: Sequence[str], settings: Settings, name: Sequence[int]) -> dict[str, int]:
    """Return the positions of the columns that the settings name, by option; raises as columns_of does."""
    given = {
        option: position_of(wanted, names, option)
        for option, wanted in (
            ("--birthdate-column", settings.birthdate_column),
            ("--sex-column", settings.sex_column),
            ("--id-column", settings.id_column),
        )
        if wanted
    }
    if len(set(name)) < len(name):
        raise UsageError(
            "--name-column names one column of the demographics table twice. Name it once, or name those of "
            "given name and family name."
        )
    if len({*name, *given.values()}) < len(name) + len(given):
        raise UsageError(
            "One column of the demographics table is named for two things "
            f"({', '.join(given)}, or the name). Name a column of its own for each."
        )
    return given


def refuse_unknown(names: Sequence[str], settings: Settings) -> None:
    """Raise UsageError for a column to keep or to drop that a table does not have."""
    for option, wanted in (
        ("--keep-column", settings.keep_columns),
        ("--drop-column", settings.drop_columns),
    ):
        for one in wanted:
            if one not in DROPPED_COLUMNS and not alike_positions(one, names):
                position_of(one, names, option)


def further_names(table: Table) -> tuple[int, ...]:
    """Return the positions of columns of further names, such as a maiden name."""
    return _names_among(table.identifier_columns, table.columns, table.name_columns)


def further_ids(table: Table) -> tuple[int, ...]:
    """Return the positions of columns of further identifiers, such as a social security number."""
    names = further_names(table)
    return tuple(position for position in table.identifier_columns if position not in names)


def column_uses(table: Table, dropped: Collection[str], kept: Collection[str]) -> tuple[ColumnUse, ...]:
    """Return what each column is used for, and what becomes of it in the table that is shared.

    ``dropped`` and ``kept`` are what the user calls columns; what is kept goes before what is dropped.
    """
    names = table.columns
    unwanted = {position for name in dropped for position in alike_positions(name, [*map(unnumbered, names)])}
    wanted = {position for name in kept for position in _meant(name, names)[:1]}
    ids = [p for p in (table.id_column, *table.identifier_columns) if p is not None]
    called = _called(names, table.name_columns, ids)
    roles = _roles(table)

    def use(position: int, role: ColumnRole) -> ColumnUse:
        if position in table.name_columns[:1]:
            return ColumnUse(role, ColumnFate.PSEUDONYM)
        if position in table.name_columns:
            return ColumnUse(role, ColumnFate.LEFT_OUT, "the other part of the name holds the pseudonym")
        if position in unwanted and position not in wanted:
            return ColumnUse(role, ColumnFate.LEFT_OUT, "as the settings say")
        if role is ColumnRole.ID:
            return ColumnUse(role, ColumnFate.PSEUDONYM)
        if position in wanted:
            return ColumnUse(role, ColumnFate.CLEANED, "as the settings say")
        if role in (ColumnRole.DATA, ColumnRole.IDENTIFIER) and position in called:
            return ColumnUse(role, ColumnFate.LEFT_OUT, f"it is called like {called[position]}")
        if role is ColumnRole.IDENTIFIER:
            return ColumnUse(role, ColumnFate.LEFT_OUT, "it identifies")
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
            f"The demographics table has no column that is called like a name. {listed(columns)}"
            "Say which one holds the name with --name-column."
        )
    return (given, family)


def column_of(kind: str, columns: Sequence[str]) -> int | None:
    """Return the position of the first column that is called by one of the words of a kind."""
    known = {plain(column): position for position, column in reversed(list(enumerate(columns)))}
    return next((known[word] for word in column_words()[kind] if word in known), None)


def _refuse_kept(kept: Collection[int | None], what: str, instead: str) -> None:
    if kept:
        raise UsageError(
            f"A column that is to be kept holds {what} and cannot be kept: {instead}. "
            "Leave it out of --keep-column (or keep_columns)."
        )


@lru_cache(maxsize=8)  # asked for every row
def _names_among(
    positions: tuple[int, ...], columns: tuple[str, ...], names: tuple[int, ...]
) -> tuple[int, ...]:
    called = _called(columns, names, ())
    return tuple(position for position in positions if called.get(position) is Kind.NAME)


def _roles(table: Table) -> dict[int, ColumnRole]:
    roles = dict.fromkeys(table.identifier_columns, ColumnRole.IDENTIFIER)
    roles |= dict.fromkeys(table.name_columns, ColumnRole.NAME)
    for role, position in (
        (ColumnRole.BIRTH_DATE, table.birth_date_column),
        (ColumnRole.SEX, table.sex_column),
        (ColumnRole.ID, table.id_column),
    ):
        if position is not None:
            roles[position] = role
    return roles


def _called(columns: Sequence[str], names: Collection[int], ids: Collection[int]) -> Mapping[int, Kind]:
    """Return what columns are called like; a further column of a name or an ID is so too."""
    found = {
        position: kind for position, column in enumerate(columns) if (kind := kind_of(column)) is not None
    }
    found |= {position: Kind.NUMBER for position in doubles(ids, columns) if position not in found}
    return found | dict.fromkeys(doubles(names, columns), Kind.NAME)


def _meant(name: str, columns: Sequence[str]) -> list[int]:
    """Return the positions of the columns that the user calls so, the exact one first."""
    exact = [position for position, column in enumerate(columns) if column == name]
    return exact + [position for position in alike_positions(name, columns) if position not in exact]
