"""Read tables of plain text: CSV of any dialect and encoding.

Owns: encoding and delimiter are told by the content, never by the name of the file.
"""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from anonledger.errors import UsageError
from anonledger.subjects.cells import Content, Record

DELIMITERS = (",", ";", "\t", "|")
SAMPLED_RECORDS = 50


def read_delimited(data: bytes) -> Content:
    """Return the records of a text. Raises UsageError for bytes that are none."""
    text, encoding = _decoded(data)
    delimiter = _delimiter(text)
    return Content(tuple(_records(text, delimiter)), encoding, delimiter)


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding: what its bytes give away, else UTF-8, else what Windows writes."""
    for encoding in _likely_encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff"), encoding
    raise UsageError(
        "The demographics table is neither text nor a spreadsheet that can be read. "
        "Save it as .csv (UTF-8) or .xlsx."
    )


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
