"""List the published files, and where they come from, as of a run.

Owns: both are told by rows that stay, so the list of a run is the same at any later time.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from anonledger.engine.as_of import REDACTED_LIST
from anonledger.engine.project import Project
from anonledger.engine.searching import Known
from anonledger.errors import UsageError
from anonledger.exports.manifest import manifest
from anonledger.ledger.publishing import Publications, Publishing
from anonledger.ledger.queries import Ledger
from anonledger.records import Published, RunSummary


@dataclass(frozen=True, slots=True)
class Asked:
    """Which run, and what of its files: their provenance, or the list, with sources or their places."""

    run: int
    provenance: bool = False
    sources: bool = False
    places: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in pieces; ``naming``: how many paths hold what leads to a patient by what is known now."""

    pieces: Iterable[bytes] = field(repr=False)
    private: bool
    naming: int
    notes: tuple[str, ...]


@contextmanager
def published(project: Project, ledger: Ledger, asked: Asked) -> Iterator[Listing]:
    """Open the list; its pieces can be had until the context is left. Raises UsageError."""
    found = ledger.run(asked.run)
    tree = found.output_root if found else str(project.output)
    notes = (REDACTED_LIST,) if ledger.redacted_after(asked.run) else ()
    private = asked.sources or asked.places
    with Publishing(project.ledger) as publishing, publishing.as_of(tree, asked.run) as files:
        naming = 0 if private else Known(ledger).paths_naming(one.path for one in files)
        pieces = _provenance(ledger, files) if asked.provenance else _manifest(files, asked)
        yield Listing(pieces, private, naming, notes)


def _manifest(files: Publications, asked: Asked) -> Iterator[bytes]:
    told: Iterable[Published] = files
    if asked.places:
        told = (replace(one, source=files.place(one.source_digest)) for one in files)
    return manifest(told, sources=asked.sources or asked.places, places=asked.places)


def _provenance(ledger: Ledger, files: Publications) -> Iterator[bytes]:
    try:
        from anonledger.exports.provenance import provenance
    except ImportError as error:
        raise UsageError(
            "The provenance takes a library that is not installed. Get it with "
            "`pip install 'anonledger[provenance]'`, or export the manifest."
        ) from error
    sums, count, makers = hashlib.sha256(), 0, set()

    def counted() -> Iterator[Published]:
        nonlocal count
        for one in files:
            count += 1
            makers.add(one.run)
            yield one

    for piece in manifest(counted()):
        sums.update(piece)
    runs: list[RunSummary] = [run for one in sorted(makers) if (run := ledger.run(one)) is not None]
    return provenance(files, runs, count, sums.hexdigest())
