"""What a worker does: look at sources, and turn sources into objects. It holds no ledger.

Owns: written, verified in the bytes, then kept; trouble with one file is a verdict.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TypeVar

from anonledger.deid.clean import Cleaned, clean
from anonledger.deid.harvest import inspect
from anonledger.deid.verify import FILE_NAME, verify_carried, verify_instance, verify_text
from anonledger.deid.words import words_of_bytes
from anonledger.digests import QuickDigest
from anonledger.maps import windows, windows_of
from anonledger.outcomes import QuarantineReason
from anonledger.records import (
    Evidence,
    Examined,
    Found,
    Inspected,
    Job,
    Output,
    Recipe,
    Roster,
    Rules,
    Verdict,
)
from anonledger.sources.archives import WHOLE, Limits, Share
from anonledger.sources.contents import IN_MEMORY, Buffer
from anonledger.sources.examine import examine
from anonledger.sources.reader import Reader
from anonledger.store import Batch, Store, Written
from anonledger.subjects.names import is_placeholder

Same = TypeVar("Same", Recipe, Rules)

LISTENED = 1 << 20  # bytes: of a long file the beginning, where names stand
FOLDER = "folder "  # begins a scope that is no study UID


@dataclass(frozen=True, slots=True)
class Look:
    """Files to look at, with what is needed to do so; ``listening``: also to what no DICOM file says.

    ``share``: of the only file, a zip, what is to be looked at.
    """

    files: tuple[Found, ...]
    scratch: Path
    dropped_types: frozenset[str]
    limits: Limits
    listening: bool = False
    share: Share = WHOLE


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs to do, with what is needed to do them.

    ``quick``: for each, the quick digest of its source (`digests`) where it was looked at in the same run.
    """

    jobs: tuple[Job, ...]
    rules: Rules
    roster: Roster
    store: Store
    scratch: Path
    limits: Limits = field(default_factory=Limits)
    quick: tuple[bytes, ...] = field(default=(), repr=False)


def look(task: Look) -> list[Examined]:
    """Return what the files and their members are, in order."""
    inspected = _listened if task.listening else _inspect
    return [
        _placed(examined)
        for found in task.files
        for examined in examine(found, task.scratch, task.dropped_types, inspected, task.limits, task.share)
    ]


def _listened(data: Buffer, name: str) -> Inspected:
    found = _inspect(data, name)
    if found.header or found.drop or found.trouble:
        return found
    return replace(found, words=words_of_bytes(data[:LISTENED]))


def _inspect(data: Buffer, name: str) -> Inspected:
    """Look at a file; the study counts as evidence of who it is of only where neither name nor ID does."""
    found = inspect(data, name)
    if found.header is None:
        return found
    who = found.header.evidence
    if _is_nobody(who):
        return found
    return replace(found, header=replace(found.header, evidence=_without_scope(who)))


@lru_cache(maxsize=256)
def _without_scope(who: Evidence) -> Evidence:
    """Return the evidence without it: one object for many files, which is quickly pickled."""
    return replace(who, scope="")


def _placed(examined: Examined) -> Examined:
    """Let the folder tell apart what has no study either and is nobody's."""
    header = examined.header
    if header is None or header.study or not _is_nobody(header.evidence):
        return examined
    who = replace(header.evidence, scope=f"{FOLDER}{examined.location.folder}")
    return replace(examined, header=replace(header, evidence=who))


def _is_nobody(who: Evidence) -> bool:
    return is_placeholder(who.name) and is_placeholder(who.patient_id)


def work(task: Work) -> list[Verdict]:
    """Return a verdict for each job, in order; the objects are kept when this returns. Raises StoreError."""
    task = replace(task, jobs=tuple(map(_with_known_recipe, task.jobs)), rules=_known(task.rules))
    with Reader(task.scratch, task.limits) as reader, task.store.batch() as batch:
        each = zip(task.jobs, task.quick or [b""] * len(task.jobs), strict=True)
        return [_tried(job, quick, task, reader, batch) for job, quick in each]


def _with_known_recipe(job: Job) -> Job:
    recipe = _known(job.recipe)
    return job if recipe is job.recipe else replace(job, recipe=recipe)


@lru_cache(maxsize=256)
def _known(value: Same) -> Same:
    """Return the first of equal values: what was made of it is then found without comparing all of it."""
    return value


def _tried(job: Job, quick: bytes, task: Work, reader: Reader, batch: Batch) -> Verdict:
    try:
        return _verdict(job, quick, task, reader, batch)
    except MemoryError:
        return _held(job, QuarantineReason.TOO_LARGE)


def _verdict(job: Job, quick: bytes, task: Work, reader: Reader, batch: Batch) -> Verdict:
    data = reader.read(job.location)
    if isinstance(data, QuarantineReason):
        return _held(job, data)
    if not _is_as_planned(data, job, quick):
        return _held(job, QuarantineReason.CHANGED_WHILE_READ)
    return _carried(job, data, batch) if job.other else _cleaned(job, data, task, batch)


def _cleaned(job: Job, data: Buffer, task: Work, batch: Batch) -> Verdict:
    cleaned = clean(data, task.rules, job.recipe)
    if not isinstance(cleaned, Cleaned):
        return _held(job, cleaned.trouble, cleaned.where)
    written = batch.write(windows_of(cleaned.pieces))
    with _read_back(written) as found:
        residue = verify_instance(found, job.recipe, task.roster, job.waived)
    if residue is not None:
        batch.drop(written)
        return _held(job, residue.trouble, residue.where)
    batch.keep(written)
    uids = (cleaned.study, cleaned.series, cleaned.instance)
    output = Output(written.digest, written.size, *uids)
    return Verdict(job.source_digest, job.job_digest, output, walked=cleaned.walked)


def _carried(job: Job, data: Buffer, batch: Batch) -> Verdict:
    name = job.location.members[-1] if job.location.members else job.location.path.rpartition("/")[2]
    named = QuarantineReason.IDENTIFIER_IN_NAME
    if (named, FILE_NAME) not in job.waived and not verify_text(name, job.recipe):
        return _held(job, named, FILE_NAME)
    residue = verify_carried(data, job.recipe, waived=job.waived)
    if residue is not None:
        return _held(job, residue.trouble, residue.where)
    written = batch.write(windows(data))
    batch.keep(written)
    return Verdict(job.source_digest, job.job_digest, Output(written.digest, written.size))


def _is_as_planned(data: Buffer, job: Job, quick: bytes) -> bool:
    """Whether a source is, to the byte, what the job was planned for: told by its quick digest if it has one.

    That is enough (`digests` says why), and a third of all hashing is saved.
    """
    digest = QuickDigest() if quick else sha256()
    for piece in windows(data):
        digest.update(piece)
    return digest.digest() == (quick or bytes.fromhex(job.source_digest))


@contextmanager
def _read_back(written: Written) -> Iterator[Buffer]:
    """Give the bytes as they lie in the file that was written."""
    with open(written.path, "rb") as stream:  # noqa: PTH123
        if written.size <= IN_MEMORY:  # to read them costs less than to map them
            yield stream.read()
            return
        with mmap(stream.fileno(), 0, access=ACCESS_READ) as found:
            yield found


def _held(job: Job, reason: QuarantineReason, where: str = "") -> Verdict:
    return Verdict(job.source_digest, job.job_digest, trouble=reason, where=where)
