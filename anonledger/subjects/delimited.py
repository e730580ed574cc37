"""Read tables of plain text: CSV of any dialect and encoding.

Owns: encoding and delimiter are told by the content, never by the name of the file.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from anonledger.errors import UsageError
from anonledger.subjects.cells import Content, Record
from anonledger.subjects.encodings import decoded

DELIMITERS = (",", ";", "\t", "|")
SAMPLED_RECORDS = 50
SAID = re.compile(r'"?sep=([,;\t|])"?(?=[\r\n]|$)', re.IGNORECASE)  # a first line by which Excel is told


def read_delimited(data: bytes, encoding: str = "") -> Content:
    """Return the records of a text; ``encoding``: "" for that which its bytes give away.

    Raises UsageError for bytes that are no text, or one whose encoding is not certain.
    """
    text, encoding = decoded(data, encoding)
    said = SAID.match(text)
    text = text if said is None else text[said.end() :]  # its line end stays, and counts as a line
    delimiter = said[1] if said is not None else _delimiter(text)
    return Content(tuple(_records(text, delimiter)), encoding, delimiter)


def _delimiter(text: str) -> str:
    """Return the delimiter that divides the first records into the most columns, all of one width."""

    def score(delimiter: str) -> tuple[bool, int, int]:
        widths: list[int] = []
        with suppress(UsageError):  # a quote that is not closed says nothing against what stands before it
            widths.extend(len(cells) for _, cells in islice(_records(text, delimiter), SAMPLED_RECORDS))
        has_header = bool(widths) and widths[0] > 1
        usual, _ = Counter(widths).most_common(1)[0] if widths else (0, 0)
        width = widths[0] if has_header else usual
        return (False, 0, 0) if width < 2 else (has_header, sum(w == width for w in widths), width)

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
                f"The demographics table cannot be read from line {line} on: a quote that is opened there is "
                "not closed, or closed in the middle of its cell. Mend the quotes of that line."
            ) from error
        if cells is None:
            return
        if cells:
            yield line, tuple(cells)
