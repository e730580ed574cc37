"""Keep the bytes of every table as they are after a run, so that they can be had again.

Owns: the bytes lie on the disk before the ledger speaks of them; equal bytes are kept once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from anonledger.disk import remove, telling
from anonledger.engine.exporting import Exports
from anonledger.engine.project import Project, kept_store
from anonledger.exports.participants import to_json, to_tsv
from anonledger.exports.table import ExportTable, to_csv
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Export
from anonledger.records import Kept
from anonledger.store import Batch, Store

SHAREABLE = {Export.MISSING_SHAREABLE, Export.DEMOGRAPHICS, Export.PARTICIPANTS, Export.SIDECAR}


@dataclass(frozen=True, slots=True)
class File:
    """A table in the form in which it is exported; ``delimiter``: between cells, "" where there are none."""

    name: Export
    content: bytes = field(repr=False)
    delimiter: str = ","


def files(exports: Exports) -> Iterator[File]:
    """Yield every table that is kept; demographics only when there is a table."""
    for name in Export:
        if (found := file_of(exports, name)) is not None:
            yield found


def file_of(exports: Exports, name: Export) -> File | None:
    """Return a table as it is exported, None for demographics when there is no table."""
    match name:
        case Export.PARTICIPANTS:
            return File(name, to_tsv(exports.participants()), "\t")
        case Export.SIDECAR:
            return File(name, to_json(exports.participants()), "")
        case _:
            table = _table(exports, name)
            return File(name, to_csv(table), table.delimiter) if table else None


def keep(clerk: Clerk, run: int, project: Project, exports: Exports) -> None:
    """Keep every table that is not as it was kept last. Raises StoreError, LedgerError."""
    store = kept_store(project)
    store.clear_temps()
    last, fresh = clerk.ledger.last_kept(), []
    with store.batch() as batch:
        for one in files(exports):
            digest = _put(store, batch, one.content)
            known = last.get(one.name)
            if known is None or (known.digest, known.delimiter) != (digest, one.delimiter):
                fresh.append(Kept(0, one.name, one.delimiter, digest, len(one.content), run))
    if fresh:
        clerk.keep_exports(run, fresh)


def _put(store: Store, batch: Batch, content: bytes) -> str:
    """Let bytes become an object, unless they are one; return their digest."""
    digest = sha256(content).hexdigest()
    path = store.path(digest)
    with telling(store.root):
        if path.is_file():
            if path.read_bytes() == content:
                return digest
            remove(path)
    batch.keep(batch.write([content]))
    return digest


def _table(exports: Exports, name: Export) -> ExportTable | None:
    match name:
        case Export.MAPPING:
            return exports.mapping()
        case Export.MATCHES:
            return exports.matches()
        case Export.DOUBTS:
            return exports.doubts()
        case Export.QUARANTINE:
            return exports.quarantine()
        case Export.MISSING_SHAREABLE:
            return exports.missing_shareable()
        case Export.MISSING | Export.MISSING_UNUSED:
            return exports.missing_private(with_unused_rows=name is Export.MISSING_UNUSED)
        case _:
            return exports.demographics()
