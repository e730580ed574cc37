"""The list of published files, line by line.

Owns: one line for each file of the dataset, in the order of the paths; only sources make it private.
"""

from collections.abc import Iterable, Iterator

from anonledger.exports.table import ExportTable, to_csv
from anonledger.records import Published

COLUMNS = ("path", "object_sha256", "size", "rules_digest", "run")
SOURCE, PLACE = "source_sha256", "source"
AT_ONCE = 1000  # lines in one piece


def manifest(files: Iterable[Published], *, sources: bool = False, places: bool = False) -> Iterator[bytes]:
    """Yield the list as CSV in pieces of many lines; ``run`` is the one that made the bytes.

    ``sources``: also the SHA-256 of what each was made of, by which a holder of the source can tell it;
    ``places``: where that lay when it was last seen.
    """
    yield _piece([(*COLUMNS, *[SOURCE] * sources, *[PLACE] * places)])
    lines: list[tuple[str, ...]] = []
    for one in files:
        cells = (one.path, one.object_digest, str(one.size), one.rules_digest, str(one.run))
        lines.append((*cells, *[one.source_digest] * sources, *[one.source] * places))
        if len(lines) == AT_ONCE:
            yield _piece(lines)
            lines = []
    if lines:
        yield _piece(lines)


def _piece(lines: list[tuple[str, ...]]) -> bytes:
    return to_csv(ExportTable("manifest", lines[0], tuple(lines[1:]), private=False))
