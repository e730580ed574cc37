"""Take somebody who is forgotten out of every export that was kept.

Owns: nothing that names them stays in the store; what stays is all else, as it was.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256

from anonledger.engine.as_of import content_of
from anonledger.engine.filing import kept_store
from anonledger.engine.project import Project
from anonledger.exports.table import ExportTable, to_csv
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Export
from anonledger.records import Kept
from anonledger.store import Store


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whose rows go: those with a cell that is one of the pseudonyms, or of which ``names`` is true."""

    pseudonyms: frozenset[str]
    names: Callable[[str], bool] = field(repr=False)


def redact(
    clerk: Clerk, run: int, project: Project, pseudonyms: Collection[str], names: Callable[[str], bool]
) -> int:
    """Take the rows about somebody out of every kept export; return how many exports are others now.

    ``names``: whether a cell names them or holds an ID of theirs. An export of which that cannot be told for
    each row by itself, or that is lost, is erased. May be done again. Raises StoreError, LedgerError.
    """
    store = kept_store(project)
    who = Forgotten(frozenset(pseudonyms), cache(names))
    changed: list[Kept] = []
    with store.batch() as batch:
        for one in clerk.ledger.kept():
            if one.digest:
                content = content_of(store, one)
                left = None if content is None else without(one, content, who)
                if left is None:
                    changed.append(replace(one, digest="", size=0))
                elif left != content:
                    batch.keep(batch.write([left]))
                    changed.append(replace(one, digest=sha256(left).hexdigest(), size=len(left)))
    clerk.redact_exports(run, changed)
    _prune(store, clerk)
    return len(changed)


def without(kept: Kept, content: bytes, who: Forgotten) -> bytes | None:
    """Return an export without the rows about somebody, None when its rows cannot be told apart."""
    text = content.decode("utf-8")
    if not kept.delimiter:
        return None if who.names(text) else content
    try:
        header, *rows = _lines(kept, text)
    except (csv.Error, ValueError):
        return None
    if any(map(who.names, header)):
        return None
    left = [row for row in rows if not _is_about(row, who)]
    if len(left) == len(rows):
        return content
    if kept.name is Export.PARTICIPANTS:
        return "".join("\t".join(row) + "\n" for row in (header, *left)).encode("utf-8")
    table = ExportTable("", tuple(header), tuple(map(tuple, left)), private=True, delimiter=kept.delimiter)
    return to_csv(table)


def _lines(kept: Kept, text: str) -> Iterator[list[str]]:
    if kept.name is Export.PARTICIPANTS:  # nothing is quoted in it
        return (line.split("\t") for line in text.removesuffix("\n").split("\n"))
    return csv.reader(io.StringIO(text, newline=""), delimiter=kept.delimiter, strict=True)


def _is_about(row: list[str], who: Forgotten) -> bool:
    return not who.pseudonyms.isdisjoint(row) or any(map(who.names, row))


def _prune(store: Store, clerk: Clerk) -> None:
    """Remove what no row speaks of any more, and what killed runs left."""
    store.prune({one.digest for one in clerk.ledger.kept()})
