"""Hold two long lists against each other that come in the same order.

Owns: of neither list more than one item is in memory.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def missing(wanted: Iterable[Item], there: Iterable[str], key: Callable[[Item], str]) -> Iterator[Item]:
    """Yield what is wanted and not there, by its key; both come in the order of the keys."""
    coming = iter(there)
    here = next(coming, None)
    for one in wanted:
        name = key(one)
        while here is not None and here < name:
            here = next(coming, None)
        if here != name:
            yield one
