"""Say what may be wrong with a demographics table, before anything is done with it.

Owns: what is told are counts; no cell of the table is in it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from anonledger.folding import fold
from anonledger.outcomes import ColumnFate, ColumnRole, DateOrder
from anonledger.records import Table
from anonledger.settings import Settings
from anonledger.subjects.columns import column_uses
from anonledger.subjects.dates import birth_dates, column_order, is_contrary, is_spreadsheet_number
from anonledger.subjects.headers import column_words, sounds_like
from anonledger.subjects.names import canonical, is_placeholder, words
from anonledger.subjects.people import row_name, table_people, undecided_dates

FEWEST_TOLD_APART, SHORTEST_TELLING, MOST_WORDS = 3, 5, 5  # rows; characters and words of a cell
MEASURED = re.compile(r"[-+]?\d*[.,]\d+(?:[eE][-+]?\d+)?")
Trouble = tuple[str, int, str]


def date_order(table: Table) -> DateOrder:
    """Return the order in which the birth dates of a table are read; AUTO where it stays open."""
    return (
        column_order(_cells(table, table.birth_date_column))
        if table.date_order is DateOrder.AUTO
        else table.date_order
    )


def unread_dates(table: Table) -> int:
    """Return how many cells in the column of birth dates hold something that no date is made of."""
    cells = _cells(table, table.birth_date_column)
    filled = sum(not _is_no_date(cell) for cell in cells)
    return filled - undecided_dates(table) - sum(map(bool, birth_dates(cells, table.date_order)))


def table_troubles(table: Table, settings: Settings) -> tuple[Trouble, ...]:
    """Return what is likely to be trouble, how often, and what can be done about it."""
    found = (*_of_names(table), *_of_dates(table), *_of_ids(table), *_of_sexes(table))
    return tuple(trouble for trouble in (*found, *_of_columns(table, settings)) if trouble[1])


def _of_names(table: Table) -> Iterator[Trouble]:
    names = [row_name(table, row) for row in range(1, len(table.rows) + 1)]
    rows: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        if not is_placeholder(name):
            rows[canonical(name)].append(at)
    yield "rows without a name", len(names) - sum(map(len, rows.values())), "linked by ID or not at all"
    dates = birth_dates(_cells(table, table.birth_date_column), table.date_order)
    undated = sum(len(same) > 1 and not all(dates[at] for at in same) for same in rows.values())
    yield "names in several rows, not all with a birth date", undated, "visits, where one person fits only"
    people = table_people(table)
    bearers = Counter(canonical(person.names[0]) for person in people if person.names)
    several = sum(count > 1 for count in bearers.values())
    yield "names that several people bear", several, "told apart by birth date and ID"
    visits = sum(len(person.rows) > 1 for person in people)
    yield "people with several rows", visits, "all their rows are kept"


def _of_dates(table: Table) -> Iterator[Trouble]:
    if table.birth_date_column is None:
        yield "no column of birth dates", 1, "name one with --birthdate-column: links need less review"
        return
    cells = _cells(table, table.birth_date_column)
    undecided = undecided_dates(table)
    yield "birth dates that can be read in two ways", undecided, "not used; say --date-order dmy or mdy"
    contrary = sum(is_contrary(cell, table.date_order) for cell in cells)
    yield f"birth dates that contradict the order {table.date_order}", contrary, "not used; see --date-order"
    numbers = sum(map(is_spreadsheet_number, cells))
    yield (
        "birth dates that are numbers of a spreadsheet",
        numbers,
        "not used; format that column as a date there",
    )
    unread = unread_dates(table) - contrary - numbers
    yield "birth dates that cannot be read", unread, "not used; write them as 2001-12-31"
    yield "rows without a birth date", sum(map(_is_no_date, cells)), ""


def _of_ids(table: Table) -> Iterator[Trouble]:
    ids = [cell.strip() for cell in _cells(table, table.id_column)]
    yield "IDs that stand for nobody", sum(bool(one) and is_placeholder(one) for one in ids), "not used"
    bearers: dict[str, set[str]] = defaultdict(set)
    for row, one in enumerate(ids, start=1):
        if not is_placeholder(one):
            bearers[fold(one)].add(canonical(row_name(table, row)))
    shared = sum(len(names) > 1 for names in bearers.values())
    yield "IDs with several names", shared, "told apart by name"


def _of_sexes(table: Table) -> Iterator[Trouble]:
    understood = {*column_words()["male"], *column_words()["female"]}
    said = (cell.strip() for cell in _cells(table, table.sex_column))
    unknown = sum(fold(cell) not in understood for cell in said if not is_placeholder(cell) or cell.isdigit())
    yield "cells in the column of the sex that are not understood", unknown, "not used; write M or F"


def _of_columns(table: Table, settings: Settings) -> Iterator[Trouble]:
    """Tell of columns that are shared and may say who somebody is."""
    for position, use in enumerate(column_uses(table, settings.drop_columns, settings.keep_columns)):
        if use.role is not ColumnRole.DATA or use.fate is not ColumnFate.CLEANED or use.why:
            continue
        what = ""
        if sounds_like(table.columns[position]):
            what = "sounds like a name, an ID or an address"
        elif _tells_apart(_cells(table, position)):
            what = "is different in every row, as names and IDs are"
        yield f"column {position + 1} {what}", int(bool(what)), "shared; leave it out with --drop-column"


def _tells_apart(cells: Sequence[str]) -> bool:
    """Whether all that a column holds is different, short enough for a name or ID, and no measurement."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < FEWEST_TOLD_APART or len(set(filled)) < len(filled):
        return False
    return all(
        len(cell) >= SHORTEST_TELLING and len(words(cell)) <= MOST_WORDS and not MEASURED.fullmatch(cell)
        for cell in filled
    ) and not all(birth_dates(filled))


def _is_no_date(cell: str) -> bool:
    """Whether a cell says that no date is known."""
    return is_placeholder(cell) or "".join(words(cell)) in column_words()["no_date"]


def _cells(table: Table, position: int | None) -> Sequence[str]:
    return ["" if position is None else row[position] for row in table.rows]
