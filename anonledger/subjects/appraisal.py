"""Say what may be wrong with a demographics table, before anything is done with it.

Owns: what is told are counts; no cell of the table is in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from anonledger.folding import fold
from anonledger.outcomes import DateOrder
from anonledger.records import Table
from anonledger.subjects.dates import birth_dates, column_order
from anonledger.subjects.names import canonical, is_placeholder
from anonledger.subjects.people import row_name, table_people, undecided_dates

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
    filled = sum(bool(cell.strip()) for cell in cells)
    return filled - undecided_dates(table) - sum(map(bool, birth_dates(cells, table.date_order)))


def table_troubles(table: Table) -> tuple[Trouble, ...]:
    """Return what is likely to be trouble, how often, and what can be done about it."""
    return tuple(trouble for trouble in (*_of_names(table), *_of_dates(table), *_of_ids(table)) if trouble[1])


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
    unread = unread_dates(table)
    yield "birth dates that cannot be read", unread, "not used; write them as 2001-12-31"
    yield "rows without a birth date", sum(not cell.strip() for cell in cells), ""


def _of_ids(table: Table) -> Iterator[Trouble]:
    ids = [cell.strip() for cell in _cells(table, table.id_column)]
    yield "IDs that stand for nobody", sum(bool(one) and is_placeholder(one) for one in ids), "not used"
    bearers: dict[str, set[str]] = defaultdict(set)
    for row, one in enumerate(ids, start=1):
        if not is_placeholder(one):
            bearers[fold(one)].add(canonical(row_name(table, row)))
    shared = sum(len(names) > 1 for names in bearers.values())
    yield "IDs with several names", shared, "told apart by name"


def _cells(table: Table, position: int | None) -> Sequence[str]:
    return ["" if position is None else row[position] for row in table.rows]
