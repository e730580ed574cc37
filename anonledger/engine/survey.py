"""Find out what lies in the sources, looking only at what is new or changed since the last run.

Owns: every file and every member found is on record before anything is decided.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from anonledger.engine.gate import Gate, open_gate
from anonledger.engine.limits import LIMITED, Earlier, limits_of
from anonledger.engine.progress import Progress
from anonledger.engine.quick import QuickDigests
from anonledger.engine.workers import Workers
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Disposition, DropReason, QuarantineReason
from anonledger.records import Examined, Found, KnownSource, Location
from anonledger.settings import Settings
from anonledger.sources.walk import walk

if TYPE_CHECKING:
    from anonledger.sources.archives import Limits

TOGETHER = 64  # files that are recorded as a group, and looked at in one task
TOGETHER_BYTES = 256 << 20
OF_TASK = 32 << 20  # bytes in one task, so that a few large files are shared out too
RECORDED_TOGETHER = 500
LOOKED_UP_TOGETHER = 1000
SEEN_TOGETHER = 100_000


@dataclass(frozen=True, slots=True)
class Scan:
    """How many files are new or changed, how many rows of sources are as they were, and since which runs."""

    changed: int
    unchanged: int
    since: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Changed:
    found: Found
    was_archive: bool


def survey(
    clerk: Clerk,
    run: int,
    sources: Sequence[Path],
    never: Sequence[Path],
    settings: Settings,
    scratch: Path,
    workers: Workers,
    progress: Progress,
    gate: Gate = open_gate,
    quick: QuickDigests | None = None,
) -> Scan:
    """Record what lies in the sources; ``never`` are the program's own folders and files.

    ``gate`` refuses sources that must not be recorded as they are; ``quick`` takes the quick digests of those
    that are looked at. Raises UsageError for a source that is not there.
    """
    dropped = frozenset(t.lower().lstrip(".") for t in settings.drop_file_types)
    before = _Before(dropped, Earlier(clerk.ledger, settings))
    changed, scan = _changed(clerk, run, walk(sources, never), before, progress)
    if changed:
        limits, listening = limits_of(settings), gate is not open_gate
        how = (scratch, dropped, limits, listening)
        _look(clerk, run, changed, how, workers, progress, gate, quick or QuickDigests())
    return scan


def _look(
    clerk: Clerk,
    run: int,
    changed: Sequence[_Changed],
    how: "tuple[Path, frozenset[str], Limits, bool]",
    workers: Workers,
    progress: Progress,
    gate: Gate,
    quick: QuickDigests,
) -> None:
    """Look at the bytes of files, and record what they tell; ``how``: the further fields of a task."""
    # A run that has nothing to do needs none of it.
    from anonledger.engine.shares import looked_at
    from anonledger.engine.worker import Look

    groups = list(_grouped(changed))
    tasks = (Look(tuple(c.found for c in some), *how) for group in groups for some in _shared_out(group))
    ends = set(accumulate(map(len, groups)))
    progress.begin("Looking at sources", len(changed))
    looked: list[list[Examined]] = [[]]
    done = 0
    for task, examined in looked_at(workers, tasks, sum(one.found.size for one in changed)):
        quick.keep(examined)
        looked[-1] += map(gate, examined)
        done += len(task.files)
        if done in ends:
            looked.append([])
            if sum(map(len, looked)) >= RECORDED_TOGETHER:
                clerk.examined(run, *looked)
                looked = [[]]
        progress.advance(len(task.files))
    clerk.examined(run, *looked)
    progress.end()
    for one in changed:
        if one.was_archive:
            clerk.forget_members(run, one.found.root, one.found.path)


@dataclass(frozen=True, slots=True)
class _Before:
    """What tells whether a source that has not changed is treated differently now."""

    dropped: frozenset[str]
    earlier: Earlier

    def needs_another_look(self, entry: KnownSource) -> bool:
        """Whether it could not be read, hit a limit that changed, or is of a type treated differently now."""
        if entry.trouble in LIMITED:
            return self.earlier.differ(entry)
        if entry.disposition is Disposition.TROUBLE:
            return not entry.digest and entry.trouble is not QuarantineReason.ARCHIVE_ENCRYPTED
        by_type = entry.disposition is Disposition.DROPPED and entry.drop is DropReason.FILE_TYPE
        return by_type != self.drops(entry.member or entry.path)

    def drops(self, path: str) -> bool:
        """Whether a file is of a type that is left out."""
        _, dot, suffix = path.rpartition(".")
        return suffix.lower() in self.dropped and dot != "" and "/" not in suffix


def _changed(
    clerk: Clerk, run: int, found: Iterable[Found], before: _Before, progress: Progress
) -> tuple[list[_Changed], Scan]:
    """Return the files whose size or time is not on record, and note that the others were seen."""
    changed: list[_Changed] = []
    seen: list[int] = []
    since: set[int] = set()
    unchanged = 0
    progress.begin("Scanning sources", None)
    for some in _portions(found):
        plain = _plain(clerk, some, before)
        seen.extend(number for number, _ in plain.values())
        since.update(run for _, run in plain.values())
        others = [one for one in some if one.path not in plain]
        known = _known(clerk, others) if others else {}
        for one in others:
            entries = known.get(one.path, [])
            if entries and _is_unchanged(one, entries, before):
                for entry in entries:
                    seen.append(entry.id)
                    since.add(entry.seen)
            else:
                was_archive = any(e.disposition is Disposition.ARCHIVE or e.member for e in entries)
                changed.append(_Changed(one, was_archive))
        progress.advance(len(some))
        if len(seen) >= SEEN_TOGETHER:
            unchanged += len(seen)
            clerk.seen(run, seen)
            seen = []
    progress.end()
    clerk.seen(run, seen)
    return changed, Scan(len(changed), unchanged + len(seen), frozenset(since))


def _portions(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Yield what was found in portions of one root, to be looked up together."""
    for _, there in groupby(found, key=attrgetter("root")):
        while some := list(islice(there, LOOKED_UP_TOGETHER)):
            yield some


def _plain(clerk: Clerk, found: Sequence[Found], before: _Before) -> dict[str, tuple[int, int]]:
    """Return id and last run, by path, of plain files that are as they were: nearly all of very many."""
    paths = [one.path for one in found]
    known = clerk.ledger.plain_between(found[0].root, min(paths), max(paths), 2 * len(found))
    return {
        one.path: known[stamp] for one in found if (stamp := one[1:4]) in known and not before.drops(one.path)
    }


def _known(clerk: Clerk, found: Sequence[Found]) -> dict[str, list[KnownSource]]:
    known: dict[str, list[KnownSource]] = {}
    for entry in clerk.ledger.known_at(found[0].root, [one.path for one in found]):
        known.setdefault(entry.path, []).append(entry)
    return known


def _is_unchanged(found: Found, entries: Sequence[KnownSource], before: _Before) -> bool:
    whole = next((e for e in entries if not e.member), None)
    if whole is None or (whole.size, whole.mtime_ns) != (found.size, found.mtime_ns):
        return False
    return not any(map(before.needs_another_look, entries))


def _grouped(changed: Sequence[_Changed]) -> Iterator[list[_Changed]]:
    """Yield groups, whose rows are numbered together; an archive is a group of its own."""
    group: list[_Changed] = []
    size = 0
    for one in changed:
        alone = _looks_like_archive(one.found.location)
        if group and (alone or len(group) >= TOGETHER or size >= TOGETHER_BYTES):
            yield group
            group, size = [], 0
        group.append(one)
        size += one.found.size
        if alone:
            yield group
            group, size = [], 0
    if group:
        yield group


def _shared_out(group: Sequence[_Changed]) -> Iterator[Sequence[_Changed]]:
    """Yield portions of a group that take about equally long: its large files are more than one task."""
    whole = sum(one.found.size for one in group)
    portion = whole / max(1, round(whole / OF_TASK))
    start = size = 0
    for number, one in enumerate(group, start=1):
        size += one.found.size
        if size >= portion or number == len(group):
            yield group[start:number]
            start, size = number, 0


def _looks_like_archive(location: Location) -> bool:
    from anonledger.sources.archives import archive_kind

    return archive_kind(location.path, b"") is not None
