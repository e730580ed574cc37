"""Have the members of a large zip looked at by all workers, instead of one while the others wait.

Owns: what is told of a zip is what one worker would tell; where that is in doubt, one worker looks again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from anonledger.engine.worker import Look, look
from anonledger.engine.workers import Workers
from anonledger.outcomes import QuarantineReason
from anonledger.records import Examined
from anonledger.sources.archives import REST, WHOLE, ArchiveKind, Share, archive_kind

SHARES_EACH = 2  # that a worker is given of all there is to look at, at the least: none is idle for long
LEAST = 8 << 20  # bytes of a share: a look at all that a zip says of its members comes with each
# What a look at a part of a zip may take for so, and a look at all of it may not.
DOUBTFUL = frozenset({QuarantineReason.ARCHIVE_TOO_LARGE, QuarantineReason.CHANGED_WHILE_READ})


def looked_at(workers: Workers, tasks: Iterable[Look], total: int) -> Iterator[tuple[Look, list[Examined]]]:
    """Yield each task with its result, in order; a zip that is much of ``total`` (bytes) is shared out.

    Raises what `look` raises.
    """
    shares = (one for task in tasks for one in _shared(task, workers.places(), total))
    seen: list[list[Examined]] = []
    for task, examined in workers.results(look, shares):
        seen.append(examined)
        if task.share.number + 1 < task.share.of:
            continue
        whole = replace(task, share=WHOLE)
        if len(seen) > 1 and _is_doubtful(seen):
            seen = [examined for _, examined in workers.results(look, [whole])]
        yield whole, [one for part in seen for one in part]
        seen = []


def _shared(task: Look, places: int, total: int) -> Iterator[Look]:
    found = task.files[0]
    if places == 1 or len(task.files) > 1 or archive_kind(found.path, b"") is not ArchiveKind.ZIP:
        yield task
        return
    parts = max(1, found.size // max(LEAST, total // (places * SHARES_EACH)))
    yield from (replace(task, share=Share(number, parts)) for number in range(parts))


def _is_doubtful(parts: list[list[Examined]]) -> bool:
    """Whether only a look at the whole can tell: a part met a limit, no zip, or one that had changed."""
    entries = [one for part in parts for one in part]
    if len({one.mtime_ns for one in entries}) > 1 or any(one.trouble in DOUBTFUL for one in entries):
        return True
    # Of the zip as a whole only the first part tells.
    return any(one.location.members in ((), (REST,)) for part in parts[1:] for one in part)
