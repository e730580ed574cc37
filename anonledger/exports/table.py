"""A table that leaves the program, and its CSV form.

Owns: the same table gives the same bytes with every Python on every system.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table of texts: every row as long as ``columns``. ``name`` is its file's name without the ending.

    ``private``: it holds identifiers and must stay in the private folder.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    private: bool
    delimiter: str = ","


class _Lines(list[str]):
    """The lines that a CSV writer gives out, "\\n" at their end."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


def to_csv(table: ExportTable) -> bytes:
    """Return the table as CSV (RFC 4180, but "\\n" between the lines) in UTF-8 with one header line.

    A cell that begins with = + - @ or a control character is written as it is: the data must stay what they
    are, and the reader is a program. A lone surrogate, which UTF-8 cannot hold, is written as \\udcxx.
    """
    lines = _Lines()
    # With "\n" as the terminator, Python before 3.13 would leave a lone "\r" in a cell unquoted.
    writer = csv.writer(lines, delimiter=table.delimiter, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return "".join(lines).encode("utf-8", "backslashreplace")


def joined(texts: Iterable[str]) -> str:
    """Return texts as one cell, "|" between them; one to one, for a "|" or "\\" within gets a "\\"."""
    return "|".join(text.replace("\\", "\\\\").replace("|", "\\|") for text in texts)
