"""Read birth dates as people write them.

Owns: a date is either certain or unknown; an ambiguous order of day and month is never guessed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files

from anonledger.folding import fold
from anonledger.outcomes import DateOrder

EARLIEST_YEAR, LATEST_YEAR = 1850, 2100
# In another time zone the day may be another, but for midnight, which programs write for no time at all.
TIME = r"(?:[T ]+[\d:.]*(?: ?[AaPp][Mm])?|[T ]00:00(?::00(?:\.0+)?)?(?:Z|[-+][\d:]{4,5}))?"
YEAR_FIRST = re.compile(
    rf"(\d{{4}})(?:([-./])(\d{{1,2}})\2(\d{{1,2}})|(\d\d)(\d\d)(?:\.0+)?){TIME}", re.ASCII
)
EAST_ASIAN = re.compile(rf"(\d{{4}}) ?[年년] ?(\d{{1,2}}) ?[月월] ?(\d{{1,2}}) ?[日일]{TIME}", re.ASCII)
SPREADSHEET_NUMBER = re.compile(r"[1-7]\d{4}(?:\.\d+)?", re.ASCII)  # days since 1900, of 1927 to 2119
YEAR_LAST = re.compile(rf"(\d{{1,2}})([-./])(\d{{1,2}})\2(\d{{4}}){TIME}", re.ASCII)
NAMED = (
    re.compile(
        r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[-./ ]+(?:de )?(?P<m>[^\W\d_]+)[-./, ]+(?:de )?(?P<y>[0-9]{4})"
    ),
    re.compile(r"(?P<m>[^\W\d_]+)[-./ ]+(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[-, ]+(?P<y>[0-9]{4})"),
    re.compile(r"(?P<y>[0-9]{4})[-./ ]+(?P<m>[^\W\d_]+)[-./ ]+(?P<d>[0-9]{1,2})"),
)
YEAR = re.compile(r"(?<!\d)(?:18[5-9]|19\d|20\d)\d(?!\d)", re.ASCII)
SHORT_YEAR = re.compile(r"\d{1,2}[-./]\d{1,2}[-./](\d\d)", re.ASCII)
DAY_AND_MONTH = (DateOrder.DMY, DateOrder.MDY)


def birth_date(text: str) -> str:
    """Return a date as YYYYMMDD, or "" when it is unknown, no date or ambiguous.

    Reads DICOM DA (PS3.5 section 6.2), ISO 8601, and day, month (also by name) and year.
    """
    return _date_of(text, DateOrder.AUTO, DateOrder.AUTO)


def birth_dates(column: Sequence[str], order: DateOrder = DateOrder.AUTO) -> tuple[str, ...]:
    """Return the dates of a whole column, "" where one is unknown.

    ``order``: in which the parts of each date stand that is not certain by itself; AUTO: in the one that the
    certain dates of the column have.
    """
    decided = column_order(column) if order is DateOrder.AUTO else order
    return tuple(_date_of(text, order, decided) for text in column)


def column_order(column: Sequence[str]) -> DateOrder:
    """Return the order that the certain dates of a column have; AUTO where they have none or several."""
    by_order = [_by_order(text) for text in column]
    if not any(by_order):
        return DateOrder.YMD if any(map(birth_date, column)) else DateOrder.AUTO
    orders = {order for dates in by_order if len(dates) == 1 for order in dates}
    return orders.pop() if len(orders) == 1 else DateOrder.AUTO


def open_dates(column: Sequence[str], order: DateOrder = DateOrder.AUTO) -> int:
    """Return how many dates of a column stay unknown because they can be read in two ways."""
    dates = birth_dates(column, order)
    return sum(not read and len(_by_order(text, order)) > 1 for text, read in zip(column, dates, strict=True))


def is_spreadsheet_number(text: str) -> bool:
    """Whether a text is what spreadsheets keep of a date, and show where it is not formatted as one."""
    return bool(SPREADSHEET_NUMBER.fullmatch(text.strip()))


def is_contrary(text: str, order: DateOrder) -> bool:
    """Whether a text is a date, but in another order than that which the user said."""
    return order is not DateOrder.AUTO and not _date_of(text, order, order) and bool(_by_order(text))


def readings(text: str) -> tuple[str, ...]:
    """Return all dates that a text may mean, as YYYYMMDD, or the years as YYYY where no day is told."""
    if certain := birth_date(text):
        return (certain,)
    if dates := tuple(_by_order(text).values()):
        return dates
    if short := SHORT_YEAR.fullmatch(text.strip()):
        return tuple(century + short[1] for century in ("18", "19", "20"))
    return tuple(dict.fromkeys(YEAR.findall(text)))


def _date_of(text: str, order: DateOrder, decided: DateOrder) -> str:
    said = unicodedata.normalize("NFKC", text).strip()
    if match := EAST_ASIAN.fullmatch(said):
        return _date(*match.groups())
    if match := YEAR_FIRST.fullmatch(said):
        year, _, month, day, compact_month, compact_day = match.groups()
        return _date(year, month or compact_month, day or compact_day)
    if named := _named(said):
        return named
    dates = _by_order(said, order)
    found = {dates[decided]} if decided in dates else set(dates.values())
    return found.pop() if len(found) == 1 else ""


def _by_order(text: str, order: DateOrder = DateOrder.AUTO) -> dict[DateOrder, str]:
    """Return what a date with the year at its end may mean, by the order of its parts."""
    match = YEAR_LAST.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not match:
        return {}
    first, separator, second, year = match.groups()
    # Where dots are written, the day comes first.
    usual = (DateOrder.DMY,) if separator == "." else DAY_AND_MONTH
    orders = usual if order is DateOrder.AUTO else (order,) if order in DAY_AND_MONTH else ()
    read = {DateOrder.DMY: _date(year, second, first), DateOrder.MDY: _date(year, first, second)}
    return {one: read[one] for one in orders if read[one]}


def _named(text: str) -> str:
    """Return a date whose month is written as a word."""
    for pattern in NAMED:
        match = pattern.fullmatch(fold(text))
        if match and match["m"] in _months():
            return _date(match["y"], _months()[match["m"]], match["d"])
    return ""


@lru_cache(maxsize=1)
def _months() -> Mapping[str, int]:
    lines = files("anonledger.subjects").joinpath("months.txt").read_text("utf-8").splitlines()
    listed = (line.split() for line in lines if not line.startswith("#"))
    return {word: number for number, words in enumerate(listed, start=1) for word in words}


def _date(year: str, month: str | int, day: str) -> str:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return ""
    return f"{found:%Y%m%d}" if EARLIEST_YEAR <= found.year <= LATEST_YEAR else ""
