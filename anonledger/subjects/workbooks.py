"""Read one sheet of a workbook: .xlsx, or OpenDocument (.ods).

Owns: of several filled sheets none is taken unless the user names it.
"""

import io
import warnings
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from anonledger.errors import UsageError
from anonledger.subjects.cells import Content, Record, numbered

TROUBLE = (BadZipFile, ParseError, OSError, KeyError, ValueError, TypeError)
Sheets = dict[str, tuple[Record, ...]]


def read_xlsx(data: bytes, sheet: str) -> Content:
    """Return the records of a sheet, "" for the only filled one. Raises UsageError when there is none."""
    import openpyxl  # 0.1 s, and most tables are no workbooks
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that do not matter here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = {one.title: numbered(one.values) for one in book.worksheets}
    except (*TROUBLE, InvalidFileException) as error:
        raise _unreadable(".xlsx") from error
    return Content(_chosen(sheets, sheet), "xlsx")


def read_ods(data: bytes, sheet: str) -> Content:
    """Return the records of a sheet, "" for the only filled one. Raises UsageError as above."""
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise UsageError(
            "To read a table in OpenDocument (.ods), a further package is needed: "
            "pip install 'anonledger[ods]'. Or save the table as .xlsx or .csv."
        ) from error
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        names = book.sheet_names
        sheets = {
            name: numbered(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names
        }
    except (*TROUBLE, calamine.CalamineError) as error:
        raise _unreadable(".ods") from error
    return Content(_chosen(sheets, sheet), "ods")


def _unreadable(kind: str) -> UsageError:
    return UsageError(
        f"The demographics table is no {kind} that can be read. Save it anew without a password, or as .csv."
    )


def _chosen(sheets: Sheets, wanted: str) -> tuple[Record, ...]:
    filled = {title: records for title, records in sheets.items() if records}
    if not wanted and len(filled) < 2:
        return next(iter(filled.values()), ())
    if wanted in sheets:
        return sheets[wanted]
    alike = [title for title in sheets if title.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return sheets[alike[0]]
    by_number = {str(number): records for number, records in enumerate(sheets.values(), start=1)}
    if wanted.strip() in by_number:
        return by_number[wanted.strip()]
    what = "no such sheet" if wanted else f"{len(filled)} sheets with content"
    numbers = ", ".join(number for number, records in by_number.items() if records)
    raise UsageError(
        f"The demographics table has {what}. Those with content are, of {len(sheets)}: {numbers}. "
        "Say with --sheet which one is meant, by its name or number."
    )
