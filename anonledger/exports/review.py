"""Patients for a person to decide on: as a file to fill in, and read back filled in.

Owns: what was filled in is for the table that the file was made from, or it is refused.
"""

import codecs
import csv
import io
import re
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
ROW = re.compile(r"(\d{1,9})(?:[.,]0*)?")  # a spreadsheet may make 1.0 of 1
Wrong = tuple[int, str]  # a line of the file, and what is wrong with it
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


def read_filled(data: bytes) -> tuple[list[Filled], list[Wrong]]:
    """Return the lines of a file that hold a decision, and what is wrong with others.

    Spreadsheets write UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs. Raises UsageError for
    a file that is not the table which `review` makes.
    """
    text = _text(data)
    for delimiter in ",;\t":
        try:
            records = list(_records(text, delimiter))
        except csv.Error as error:
            raise UsageError(
                "The file cannot be read as CSV: a quotation mark may not be closed. Save it again as CSV."
            ) from error
        header = [cell.strip().lower() for cell in records[0][1]] if records else []
        if set(READ) <= set(header):
            return _filled(records[1:], [header.index(name) for name in READ])
    raise UsageError(
        f"The file has no columns {', '.join(READ)}. Fill in one that `anonledger review export` wrote, and "
        "save it as CSV."
    )


def _text(data: bytes) -> str:
    if data.startswith(b"PK"):
        raise UsageError("The file is a workbook, such as .xlsx. Save it as CSV, and import that.")
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise UsageError("The file is no text that can be read. Save it as CSV in UTF-8, and import that.")
    return text


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every record that is not blank, with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for record in reader:
        if any(cell.strip() for cell in record):
            yield line, record
        line = reader.line_num + 1


def _filled(
    records: Iterable[tuple[int, list[str]]], positions: list[int]
) -> tuple[list[Filled], list[Wrong]]:
    found: list[Filled] = []
    wrong: list[Wrong] = []
    for line, record in records:
        if len(record) <= max(positions):
            wrong.append((line, "It is shorter than the header."))
            continue
        pseudonym, table, decision = (record[position].strip() for position in positions)
        if decision.lower() == "none":
            found.append(Filled(line, pseudonym, table))
        elif decision and table == IMPORTED:
            found.append(Filled(line, pseudonym, table, imported=decision))
        elif number := ROW.fullmatch(decision):
            found.append(Filled(line, pseudonym, table, int(number[1])))
        elif decision:
            wrong.append((line, "The decision is neither a row number nor none."))
    return found, wrong


def _shielded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
