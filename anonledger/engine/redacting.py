"""Take somebody who is forgotten out of every export that was kept.

Owns: nothing that names them stays in the store; what stays is all else, as it was.
"""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256

from anonledger.engine.as_of import content_of
from anonledger.engine.filing import SHAREABLE
from anonledger.engine.project import Project, kept_store
from anonledger.exports.table import ExportTable, to_csv
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Export
from anonledger.records import Kept

PSEUDONYM = "pseudonym"
PLACES = {"where", "path", "member"}  # columns whose cells may name somebody else than the row is about


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Who is forgotten: the pseudonyms, and whether a text names them; ``others``: all other pseudonyms."""

    pseudonyms: frozenset[str]
    names: Callable[[str], bool] = field(repr=False)
    others: frozenset[str] = frozenset()


def redact(
    clerk: Clerk, run: int, project: Project, pseudonyms: Collection[str], names: Callable[[str], bool]
) -> int:
    """Take the rows about somebody out of every kept export; return how many exports are others now.

    ``names``: whether a text names them or holds an ID of theirs: asked of headers, of places, and of all
    cells of rows without a pseudonym. An export whose rows cannot be told apart, or that is lost, is erased.
    May be done again. Raises StoreError, LedgerError.
    """
    store = kept_store(project)
    others = {subject.pseudonym for subject in clerk.ledger.subjects()}.difference(pseudonyms)
    who = Forgotten(frozenset(pseudonyms), cache(names), frozenset(others))
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
    # What killed runs left behind goes as well.
    store.prune({one.digest for one in clerk.ledger.kept()})
    return len(changed)


def without(kept: Kept, content: bytes, who: Forgotten) -> bytes | None:
    """Return an export without the rows about somebody, None when its rows cannot be told apart."""
    text = content.decode("utf-8")
    try:
        if kept.name is Export.SIDECAR:
            return None if any(map(who.names, _headers(text))) else content
        header, *rows = _lines(kept, text)
        about = _about(kept, header, rows, who)
    except (csv.Error, ValueError):
        return None
    if any(map(who.names, header)):
        return None
    left = [row for row, theirs in zip(rows, about, strict=True) if not theirs]
    if len(left) == len(rows):
        return content
    if kept.name is Export.PARTICIPANTS:
        return "".join("\t".join(row) + "\n" for row in (header, *left)).encode("utf-8")
    table = ExportTable("", tuple(header), tuple(map(tuple, left)), private=True, delimiter=kept.delimiter)
    return to_csv(table)


def _headers(sidecar: str) -> Iterator[str]:
    for name, told in json.loads(sidecar).items():
        yield from (name, str(told.get("LongName", "")))


def _lines(kept: Kept, text: str) -> Iterable[list[str]]:
    if kept.name is Export.PARTICIPANTS:  # nothing is quoted in it
        return (line.split("\t") for line in text.removesuffix("\n").split("\n"))
    return csv.reader(io.StringIO(text, newline=""), delimiter=kept.delimiter, strict=True)


def _about(kept: Kept, header: list[str], rows: list[list[str]], who: Forgotten) -> list[bool]:
    """Return for each row whether it is about somebody. Raises ValueError when that cannot be told."""
    if kept.name in SHAREABLE:
        at = _column_of_pseudonyms(rows, who)
        return [row[at] in who.pseudonyms for row in rows]
    places = [at for at, name in enumerate(header) if name in PLACES]
    column = header.index(PSEUDONYM) if PSEUDONYM in header else None

    def theirs(row: list[str]) -> bool:
        whose = "" if column is None else row[column]
        told = [row[place] for place in places] if whose else row
        return whose in who.pseudonyms or any(map(who.names, told))

    return [theirs(row) for row in rows]


def _column_of_pseudonyms(rows: list[list[str]], who: Forgotten) -> int:
    """Return the position at which every row has a pseudonym; raises ValueError when there is none."""
    known = who.pseudonyms | who.others
    width = min(map(len, rows), default=1)
    return [all(row[at] in known for row in rows) for at in range(width)].index(True)
