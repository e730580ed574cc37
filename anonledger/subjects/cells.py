"""What a table is read into, whatever kind of file it comes from.

Owns: a cell is the text that a person would read in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

Record = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Content:
    """The records of a table, each with its number in the file, and how the file is written.

    ``encoding``: of the text, or what kind of file it is; ``delimiter``: for the table that is made of it.
    """

    records: tuple[Record, ...]
    encoding: str
    delimiter: str = ","


def numbered(rows: Iterable[Iterable[object]]) -> tuple[Record, ...]:
    """Return the rows that are not empty as records; 1 is the first, empty cells at their ends go."""
    records: list[Record] = []
    for line, row in enumerate(rows, start=1):
        cells = [cell_text(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            records.append((line, tuple(cells)))
    return tuple(records)


def cell_text(value: object) -> str:
    """Return what a person would read in a cell; dates as ISO 8601."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case float() if value != value:  # not a number: no value
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
