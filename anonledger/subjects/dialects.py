"""Say how a demographics table was written.

Owns: no identifier, and nothing that takes long to import: every run says it.
"""

from anonledger.records import Table

DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


def described(table: Table) -> str:
    """Return how a table is written and how large it is, in words without an identifier."""
    dialect = "" if not is_text(table) else f", delimiter {DELIMITER_NAMES[table.delimiter]}"
    return f"{table.encoding}{dialect}, {len(table.rows)} rows, {len(table.columns)} columns"


def is_text(table: Table) -> bool:
    """Whether a table is read from plain text, with an encoding and a delimiter."""
    return is_written(table.encoding)


def is_written(encoding: str) -> bool:
    """Whether what a table says of its encoding is that of plain text."""
    return encoding.partition(",")[0] not in {"xlsx", "ods", "sav"}
