"""The types of the ledger's columns.

Owns: times are UTC, outcomes are words of the closed sets, and text as found in a file survives unchanged.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Text,
    TypeDecorator,
    func,
    literal_column,
    select,
)

Outcome = TypeVar("Outcome", bound=StrEnum)
VALUE: ColumnElement[Any] = literal_column("value")


class Moment(TypeDecorator[datetime]):
    """A time that is stored as UTC; one without a time zone is refused with ValueError."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the ledger takes no time without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Spelled(TypeDecorator[str]):
    """Text as found in a file; what UTF-8 cannot hold (lone surrogates) is stored as bytes instead."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.stored(value)

    @staticmethod
    def stored(value: str) -> str | bytes:
        """Return a text as the database holds it."""
        if value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


class Word(TypeDecorator[Outcome]):
    """A member of one of the closed sets, stored as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[Outcome]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Outcome | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Outcome | None:
        return None if value is None else self.words(value)


def required(name: str, kind: Any, **more: Any) -> Column[Any]:
    """Return a column that is never NULL; its type is given."""
    return Column(name, kind, nullable=False, **more)


def refers(name: str, target: str, *, optional: bool = False) -> Column[Any]:
    """Return a column that holds a row's key in another table."""
    return Column(name, ForeignKey(target), nullable=optional)


def among(column: ColumnElement[Any], values: Iterable[str | int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of these values, however many: they travel as one."""
    # Not .table_valued(): it makes columns of its own, which takes longer than the question.
    return column.in_(select(VALUE).select_from(func.json_each(json.dumps(list(values)))))
