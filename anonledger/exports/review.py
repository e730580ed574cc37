"""Patients for a person to decide on: as a file to fill in, and read back filled in.

Owns: what was filled in is for the table that the file was made from, or it is refused.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from anonledger.errors import UsageError
from anonledger.exports.table import ExportTable, joined
from anonledger.records import Candidate, Case

COLUMNS = (
    "pseudonym",
    "patient_name",
    "patient_id",
    "birth_date",
    "sex",
    "score",
    "reasons",
    "candidates",
    "table",
    "decision",
)
READ = ("pseudonym", "table", "decision")
IMPORTED = "imported pseudonyms"  # in the place of a table's mark
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Filled:
    """A line that a person filled in: the row of a table, or None for no row; or an imported pseudonym."""

    line: int
    pseudonym: str
    table: str
    row: int | None = field(default=None)
    imported: str = ""


def review(cases: Iterable[Case]) -> ExportTable:
    """Return a line for each patient, sorted by pseudonym; "decision" is empty.

    A text that a spreadsheet would take for a formula gets an apostrophe.
    """
    rows = sorted((*map(_shielded, cells(case)), case.table, "") for case in cases)
    return ExportTable("review", COLUMNS, tuple(rows), private=True)


def cells(case: Case) -> tuple[str, ...]:
    """Return what is known of a case, in the order of the first eight columns."""
    return (
        case.pseudonym,
        joined(case.names),
        joined(case.ids),
        joined(case.birth_dates),
        joined(case.sexes),
        f"{case.link.score:.4f}",
        joined(case.link.reasons),
        joined(map(candidate_text, case.candidates)),
    )


def candidate_text(one: Candidate) -> str:
    """Return a candidate in one line, "4: Jane Roe, 1970-01-02, F, 1001"."""
    return f"{one.label}: " + ", ".join(filter(None, (one.name, one.birth_date, one.sex, one.patient_id)))


def read_filled(data: bytes) -> tuple[list[Filled], list[str]]:
    """Return the lines of a file that hold a decision, and what is wrong with others, by line number.

    Spreadsheets write UTF-8 or Windows-1252, with commas, semicolons or tabs. Raises UsageError for a file
    that is not the table which `review` makes.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    for delimiter in ",;\t":
        records = list(_records(text, delimiter))
        header = [cell.strip().lower() for cell in records[0][1]] if records else []
        if set(READ) <= set(header):
            return _filled(records[1:], [header.index(name) for name in READ])
    raise UsageError(
        f"The file has no columns {', '.join(READ)}. Fill in one that `anonledger review export` wrote, and "
        "save it as CSV."
    )


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every record that is not blank, with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for record in reader:
        if any(cell.strip() for cell in record):
            yield line, record
        line = reader.line_num + 1


def _filled(records: Iterable[tuple[int, list[str]]], positions: list[int]) -> tuple[list[Filled], list[str]]:
    found: list[Filled] = []
    wrong: list[str] = []
    for line, record in records:
        if len(record) <= max(positions):
            wrong.append(f"Line {line}: It is shorter than the header.")
            continue
        pseudonym, table, decision = (record[position].strip() for position in positions)
        if decision.lower() == "none":
            found.append(Filled(line, pseudonym, table))
        elif decision and table == IMPORTED:
            found.append(Filled(line, pseudonym, table, imported=decision))
        elif decision.isdecimal():
            found.append(Filled(line, pseudonym, table, int(decision)))
        elif decision:
            wrong.append(f"Line {line}: The decision is neither a row number nor none.")
    return found, wrong


def _shielded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
