"""Read a demographics table: CSV of any dialect and encoding, or .xlsx.

Owns: every cell arrives as the text that a person would read, or the table is refused in one sentence.
"""

import csv
import hashlib
import io
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import count, islice
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from anonledger.digests import digest
from anonledger.errors import UsageError
from anonledger.records import Table
from anonledger.subjects.columns import column_of, name_positions, position_of

DELIMITERS = (",", ";", "\t", "|")
SAMPLED_RECORDS = 50
ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WORKBOOK_TROUBLE = (BadZipFile, ParseError, OSError, KeyError, ValueError, TypeError)

Record = tuple[int, tuple[str, ...]]


def read_table(
    path: Path, name_columns: tuple[str, ...] = (), identifier_columns: tuple[str, ...] = ()
) -> Table:
    """Return a table with its columns named and found; blank rows are left out.

    ``identifier_columns``: columns of further identifiers, such as a social security number. Raises
    UsageError for a file that cannot be read, is no table, or has no such column, or none with names.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The demographics table cannot be read ({error.strerror}). Check its path."
        ) from error
    encoding, delimiter = "utf-8", ","
    if data.startswith(OLE_MAGIC):
        raise UsageError(
            "The demographics table is an old or encrypted Excel file. "
            "Save it as .xlsx without a password, or as .csv."
        )
    if data.startswith(ZIP_MAGIC):
        records = list(_workbook_records(data))
    else:
        text, encoding = _decoded(data)
        delimiter = _delimiter(text)
        records = list(_records(text, delimiter))
    columns, rows = _rectangle(records)
    identifying = tuple(position_of(name, columns, "--identifier-column") for name in identifier_columns)
    content = hashlib.sha256(data).hexdigest()
    return Table(
        # What a column is taken for is part of what the table says.
        digest=digest("table/1", content, identifying) if identifying else content,
        source_name=path.name,
        encoding=encoding,
        delimiter=delimiter,
        columns=columns,
        rows=rows,
        name_columns=name_positions(columns, name_columns),
        birth_date_column=column_of("birth_date", columns),
        sex_column=column_of("sex", columns),
        id_column=column_of("id", columns),
        identifier_columns=identifying,
    )


def _rectangle(records: Iterable[Record]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return unique column names, and the rows that are not blank, each as long as the columns."""
    filled = ((line, cells) for line, cells in records if any(cell.strip() for cell in cells))
    _, header = next(filled, (0, ()))
    if not header:
        raise UsageError("The demographics table is empty. Give one with a header and a row for each person.")
    return _unique(header), tuple(_fitted(cells, len(header), line) for line, cells in filled)


def _fitted(cells: tuple[str, ...], width: int, line: int) -> tuple[str, ...]:
    if any(cell.strip() for cell in cells[width:]):
        raise UsageError(
            f"Line {line} of the demographics table has {len(cells)} cells, but there are {width} columns. "
            "Put cells that hold the delimiter in quotes."
        )
    return cells[:width] + ("",) * (width - len(cells))


def _unique(header: Iterable[str]) -> tuple[str, ...]:
    """Return the column names stripped; one that is empty or seen before gets a number."""
    taken: list[str] = []
    for position, cell in enumerate(header, start=1):
        name = " ".join(cell.split()) or f"column {position}"
        numbered = (f"{name} ({number})" for number in count(2))
        while name in taken:
            name = next(numbered)
        taken.append(name)
    return tuple(taken)


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding: what its bytes give away, else UTF-8, else what Windows writes."""
    for encoding in _likely_encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff"), encoding
    raise UsageError("The demographics table is neither text nor .xlsx. Save it as .csv (UTF-8) or .xlsx.")


def _likely_encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if b"\0" in data:
        # The high byte of a Latin letter is 0: the second one in little endian, the first in big endian.
        return ("utf-16-le",) if data[1::2].count(0) >= data[::2].count(0) else ("utf-16-be",)
    return ("utf-8", "cp1252", "latin-1")


def _delimiter(text: str) -> str:
    """Return the delimiter that divides the first records into the most columns, all of one width."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(cells) for _, cells in islice(_records(text, delimiter), SAMPLED_RECORDS)]
        except UsageError:
            return (0, 0)
        width = widths[0] if widths else 0
        return (0, 0) if width < 2 else (sum(w == width for w in widths), width)

    return max(DELIMITERS, key=score)


def _records(text: str, delimiter: str) -> Iterator[Record]:
    """Yield the line number and the cells of each record."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UsageError(
                f"The demographics table cannot be read from line {line} on: "
                "a quoted cell does not end properly. Mend the quotes there."
            ) from error
        if cells is None:
            return
        if cells:
            yield line, tuple(cells)


def _workbook_records(data: bytes) -> Iterator[Record]:
    """Yield the row number and the cells of each row of the only sheet that is not empty."""
    import openpyxl  # 0.1 s, and most tables are no workbooks
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that do not matter here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = {sheet.title: _sheet_records(sheet.values) for sheet in book.worksheets}
    except (*WORKBOOK_TROUBLE, InvalidFileException) as error:
        raise UsageError(
            "The demographics table is no .xlsx that can be read. Save it anew, or as .csv."
        ) from error
    filled = {title: records for title, records in sheets.items() if records}
    if len(filled) > 1:
        raise UsageError(
            f"The demographics table has {len(filled)} sheets with content. "
            "Save the right one as a file of its own."
        )
    for records in filled.values():
        yield from records


def _sheet_records(values: Iterable[tuple[object, ...]]) -> list[Record]:
    records: list[Record] = []
    for line, row in enumerate(values, start=1):
        cells = [_cell_text(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            records.append((line, tuple(cells)))
    return records


def _cell_text(value: object) -> str:
    """Return what a person would read in a cell; dates as ISO 8601."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
