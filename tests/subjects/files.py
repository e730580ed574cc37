"""Write tables of kinds that no library of the tests writes: OpenDocument, and data files of SPSS.

Owns: as little of each format as a program would write (ODF 1.3 part 3; PSPP's "System File Format").
"""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape

SPSS_EPOCH = date(1582, 10, 14)
DATE_FORMAT, NUMBER_FORMAT = 20 << 16 | 11 << 8, 5 << 16 | 8 << 8 | 2
Cell = str | float | date | None


def ods(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """Return a spreadsheet of OpenDocument."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_row, rows))}'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="1024"/></table:table-row></table:table>'
        for name, rows in sheets.items()
    )
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr(zipfile.ZipInfo("mimetype"), kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return stream.getvalue()


def _row(cells: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(value: Cell) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case str():
            kind, shown = 'office:value-type="string"', value
        case date():
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
            shown = f"{value:%d.%m.%Y}"
        case _:
            kind, shown = f'office:value-type="float" office:value="{value}"', f"{value:.2f}"
    return f"<table:table-cell {kind}><text:p>{escape(shown)}</text:p></table:table-cell>"


def sav(columns: Mapping[str, Sequence[Cell]], labels: Mapping[str, Mapping[float, str]]) -> bytes:
    """Return a data file of SPSS in UTF-8, not compressed; names of columns have up to eight letters."""
    widths = {name: _width(cells) for name, cells in columns.items()}
    rows = list(zip(*columns.values(), strict=True))
    segments = sum(max(1, width // 8) for width in widths.values())
    parts = [b"$FL2", b"@(#) SPSS DATA FILE".ljust(60), struct.pack("<5i", 2, segments, 0, 0, len(rows))]
    parts += [struct.pack("<d", 100.0), b"01 Jan 24", b"12:00:00", b" " * 64, b"\0" * 3]
    first: dict[str, int] = {}
    position = 1
    for name, cells in columns.items():
        first[name] = position
        for segment in range(max(1, widths[name] // 8)):
            parts.append(_variable(name, widths[name], segment, isinstance(cells[0], date)))
            position += 1
    for name, meanings in labels.items():
        parts.append(struct.pack("<2i", 3, len(meanings)))
        for value, label in meanings.items():
            raw = label.encode()
            parts.append(struct.pack("<dB", value, len(raw)) + raw.ljust((len(raw) + 8) // 8 * 8 - 1))
        parts.append(struct.pack("<3i", 4, 1, first[name]))
    parts += [struct.pack("<4i", 7, 20, 1, 5), b"UTF-8", struct.pack("<2i", 999, 0)]
    parts += [_value(cell, widths[name]) for row in rows for name, cell in zip(columns, row, strict=True)]
    return b"".join(parts)


def _width(cells: Sequence[Cell]) -> int:
    """Return 0 for a number, else the bytes of a text, a multiple of eight."""
    return max((len(c.encode()) + 7) // 8 * 8 for c in cells) if isinstance(cells[0], str) else 0  # type: ignore[union-attr]


def _variable(name: str, width: int, segment: int, is_date: bool) -> bytes:
    form = 1 << 16 | width << 8 if width else DATE_FORMAT if is_date else NUMBER_FORMAT
    kind = -1 if segment else width
    called = name.upper() if not segment else ""
    return struct.pack("<6i", 2, kind, 0, 0, form, form) + called.encode().ljust(8)


def _value(cell: Cell, width: int) -> bytes:
    match cell:
        case str():
            return cell.encode().ljust(width)
        case None:
            return struct.pack("<Q", 0xFFEFFFFFFFFFFFFF)
        case date():
            return struct.pack("<d", (cell - SPSS_EPOCH).days * 86400.0)
        case _:
            return struct.pack("<d", cell)
