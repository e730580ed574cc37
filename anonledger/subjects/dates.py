"""Read birth dates as people write them.

Owns: a date is either certain or unknown; an ambiguous order of day and month is never guessed.
"""

import re
from collections.abc import Sequence
from datetime import datetime

EARLIEST_YEAR, LATEST_YEAR = 1850, 2100
YEAR_FIRST = re.compile(r"(\d{4})([-./]?)(\d{2})\2(\d{2})(?:[T ][\d:.]*)?", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})(?:[T ][\d:.]*)?", re.ASCII)
DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"


def birth_date(text: str) -> str:
    """Return a date as YYYYMMDD, or "" when it is unknown, no date or ambiguous.

    Reads DICOM DA (PS3.5 section 6.2), ISO 8601, and day, month and year with ".", "/" or "-" between.
    """
    found = _readings(text)
    return found.pop() if len(found) == 1 else ""


def birth_dates(column: Sequence[str]) -> tuple[str, ...]:
    """Return the dates of a whole column, whose unambiguous dates decide in which order the others are."""
    readings = [_by_order(text) for text in column]
    orders = {order for dates in readings if len(dates) == 1 for order in dates}
    order = orders.pop() if len(orders) == 1 else ""
    return tuple(
        birth_date(text) or dates.get(order, "") for text, dates in zip(column, readings, strict=True)
    )


def _readings(text: str) -> set[str]:
    if match := YEAR_FIRST.fullmatch(text.strip()):
        year, _, month, day = match.groups()
        return {_date(f"{year}{month}{day}", "%Y%m%d")}
    return set(_by_order(text).values())


def _by_order(text: str) -> dict[str, str]:
    """Return what a date with the year at its end may mean, by the order of its parts."""
    match = YEAR_LAST.fullmatch(text.strip())
    if not match:
        return {}
    first, separator, second, year = match.groups()
    # Where dots are written, the day comes first.
    orders = (DAY_FIRST,) if separator == "." else (DAY_FIRST, MONTH_FIRST)
    dates = {order: _date(f"{first}/{second}/{year}", order) for order in orders}
    return {order: date for order, date in dates.items() if date}


def _date(text: str, order: str) -> str:
    try:
        date = datetime.strptime(text, order)
    except ValueError:
        return ""
    return f"{date:%Y%m%d}" if EARLIEST_YEAR <= date.year <= LATEST_YEAR else ""
