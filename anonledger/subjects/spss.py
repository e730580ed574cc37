"""Read a data file of SPSS (.sav, .zsav).

Owns: a coded value is the label that a person reads for it.
"""

import io
from collections.abc import Mapping, Sequence

from anonledger.errors import UsageError
from anonledger.subjects.cells import Content, cell_text, numbered

MAGIC = (b"$FL2", b"$FL3")


def read_sav(data: bytes, encoding: str = "") -> Content:
    """Return a record of the variables' names and one for each case; ``encoding``: "" for its own.

    Raises UsageError.
    """
    try:
        import pyreadstat
    except ImportError as error:
        raise UsageError(
            "To read a data file of SPSS (.sav), a further package is needed: "
            "pip install 'anonledger[sav]'. Or save the table as .xlsx or .csv."
        ) from error
    try:
        # A missing value that its maker gave a meaning, such as "refused", is read like any other.
        columns, about = pyreadstat.read_sav(
            io.BytesIO(data), output_format="dict", user_missing=True, encoding=encoding or None
        )
    except Exception as error:
        raise UsageError(
            "The demographics table is no .sav that can be read. Save it anew, or as .csv."
        ) from error
    texts = [
        _texts(list(cells), about.variable_value_labels.get(name, {})) for name, cells in columns.items()
    ]
    rows = [tuple(columns), *zip(*texts, strict=True)]
    return Content(numbered(rows), f"sav, {encoding or str(about.file_encoding).lower()}")


def _texts(cells: Sequence[object], labels: Mapping[float | int, str]) -> list[str]:
    return [_label(labels, value) or cell_text(value) for value in cells]


def _label(labels: Mapping[float | int, str], value: object) -> str:
    return labels.get(value, "") if isinstance(value, int | float) else ""
