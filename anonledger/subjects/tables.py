"""Read a demographics table: CSV of any dialect and encoding, .xlsx, .ods or .sav.

Owns: every cell arrives as the text that a person would read, or the table is refused in one sentence.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from itertools import count
from pathlib import Path

from anonledger.digests import Part, digest
from anonledger.errors import UsageError
from anonledger.outcomes import DateOrder
from anonledger.records import Table
from anonledger.settings import Settings
from anonledger.subjects.cells import Content, Record
from anonledger.subjects.columns import columns_of
from anonledger.subjects.delimited import read_delimited
from anonledger.subjects.dialects import is_written
from anonledger.subjects.headers import is_header, is_known, kind_of
from anonledger.subjects.spss import MAGIC as SAV_MAGIC
from anonledger.subjects.spss import read_sav
from anonledger.subjects.workbooks import read_ods, read_xlsx

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ODS_MARK = b"mimetypeapplication/vnd.oasis.opendocument"  # the first member of the zip, not compressed
LOOKED_FOR_A_HEADER, LEAST_USUAL = 20, 2  # lines, and usual headers that make one of them the header
DEFAULTS = Settings()


def read_table(path: Path, settings: Settings = DEFAULTS) -> Table:
    """Return a table with its columns named and found; blank rows are left out.

    Columns, sheet and order of dates are those of the settings, or found. Raises UsageError for a file that
    cannot be read, is no table, or has no such column or sheet, or no column with names.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The demographics table cannot be read ({error.strerror}). Check its path."
        ) from error
    content = _content(data, settings)
    names, rows = _rectangle(content.records, _named(settings), in_lines=is_written(content.encoding))
    columns = columns_of(names, settings)
    return Table(
        digest=_digest(data, settings),
        source_name=path.name,
        encoding=content.encoding,
        delimiter=content.delimiter,
        columns=names,
        rows=rows,
        name_columns=columns.name,
        birth_date_column=columns.birth_date,
        sex_column=columns.sex,
        id_column=columns.id,
        identifier_columns=columns.identifiers,
        date_order=settings.date_order,
    )


def _content(data: bytes, settings: Settings) -> Content:
    if data.startswith(OLE_MAGIC):
        raise UsageError(
            "The demographics table is an old or encrypted Excel file. "
            "Save it as .xlsx without a password, or as .csv."
        )
    if data.startswith(ZIP_MAGIC):
        if settings.encoding:
            raise UsageError(
                "The demographics table is a workbook, and needs no encoding. Leave out --encoding."
            )
        return (read_ods if ODS_MARK in data[:128] else read_xlsx)(data, settings.sheet)
    if settings.sheet:
        raise UsageError("The demographics table is no workbook: it has no sheets. Leave out --sheet.")
    return (read_sav if data.startswith(SAV_MAGIC) else read_delimited)(data, settings.encoding)


def _digest(data: bytes, settings: Settings) -> str:
    """Return the digest of the bytes, and of what the user takes them for: that is part of what they say."""
    chosen: tuple[Part, ...] = (
        settings.sheet,
        settings.name_columns,
        settings.birthdate_column,
        settings.sex_column,
        settings.id_column,
        settings.identifier_columns,
        "" if settings.date_order is DateOrder.AUTO else settings.date_order,
    )
    # What is kept is not hunted, whatever it is called.
    spared = tuple(sorted(name for name in settings.keep_columns if kind_of(name) is not None))
    chosen += tuple(filter(None, (settings.encoding, *spared)))
    content = hashlib.sha256(data).hexdigest()
    return digest("table/2", content, *chosen) if any(chosen) else content


def _named(settings: Settings) -> frozenset[str]:
    """Return what the settings call columns."""
    told = (settings.birthdate_column, settings.sex_column, settings.id_column)
    return frozenset({*settings.name_columns, *settings.identifier_columns, *told} - {""})


def _rectangle(
    records: Iterable[Record], named: Collection[str], *, in_lines: bool
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return unique column names, and the rows that are not blank, each as long as the columns."""
    filled = [(line, cells) for line, cells in records if any(cell.strip() for cell in cells)]
    if not filled:
        raise UsageError("The demographics table is empty. Give one with a header and a row for each person.")
    (_, header), rows = filled[0], filled[1:]
    _refuse_title(header, rows, named)
    return _unique(header), tuple(_fitted(cells, len(header), line, in_lines) for line, cells in rows)


def _refuse_title(header: Sequence[str], rows: Sequence[Record], named: Collection[str]) -> None:
    """Raise UsageError where the header seems to stand below lines that say what the table is."""
    if is_header(header, named):
        return
    for line, cells in rows[:LOOKED_FOR_A_HEADER]:
        if is_header(cells, named) and sum(map(is_known, cells)) >= LEAST_USUAL:
            raise UsageError(
                f"The header of the demographics table seems to stand in line {line}. "
                "Take out the lines above it."
            )


def _fitted(cells: tuple[str, ...], width: int, line: int, in_lines: bool) -> tuple[str, ...]:
    if any(cell.strip() for cell in cells[width:]):
        how = "put cells that hold the delimiter in quotes" if in_lines else "give each column a header"
        raise UsageError(
            f"Line {line} of the demographics table has {len(cells)} cells, but there are {width} columns. "
            f"If the header stands further down, take out the lines above it; else {how}."
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
