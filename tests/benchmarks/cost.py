"""Measure what cleaning and verifying cost, against writing the same files without them.

Owns: ratios, taken in turns in one process; run by `python -m tests.benchmarks.cost`, never as a test.
"""

import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from anonledger.deid.profile import read_rules
from anonledger.engine import worker
from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.recipes import roster
from anonledger.engine.request import Request
from anonledger.engine.run import run
from anonledger.engine.worker import Work, work
from anonledger.outcomes import Reason
from anonledger.records import Job, Location, Output, Recipe, Verdict
from anonledger.settings import Settings
from anonledger.sources.reader import Reader
from anonledger.store import Batch, Store
from tests import factories

ROUNDS = 7
KINDS = {"CT 512x512": (512, 40), "MR 128x128": (128, 160)}  # rows and columns, files
PEOPLE = 1000
WORDS = "Alm Berg Castor Dahl Ekelund Falk Grim Holm Ivers Juhl Krog Lind Moe Nord Palm Quist Ryd".split()


def main() -> None:
    """Print, for each kind of file, milliseconds of CPU a file in both ways, and the throughput kept."""
    print(f"{'':24} {'without ms':>10} {'with ms':>9} {'throughput kept':>16}")
    for kind, (size, count) in KINDS.items():
        folder = Path(tempfile.mkdtemp())
        try:
            jobs = written(folder / "in", size, count)
            (folder / "salt").write_text("a made-up salt that no project uses")
            ways = {
                "one worker": (partial(bare, jobs), partial(full, jobs)),
                "a whole run": (partial(run_over, copied), partial(run_over, cleaned)),
            }
            for name, pair in ways.items():
                before, after = measured(folder, pair, count)
                print(f"{kind + ', ' + name:24} {before:10.2f} {after:9.2f} {before / after:15.0%}")
        finally:
            shutil.rmtree(folder)


def measured(folder: Path, ways: Sequence[Callable[[Path], object]], count: int) -> tuple[float, float]:
    """Return the median CPU time a file in ms of each of two ways, taken in turns."""
    times: list[list[float]] = [[], []]
    for number in range(ROUNDS):
        for way, found in zip(ways, times, strict=True):
            root = folder / f"out{number}"
            root.mkdir()
            before = time.process_time()
            way(root)
            found.append((time.process_time() - before) / count * 1000)
            shutil.rmtree(root)
    # The first round pays for imports and caches, once a process.
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def written(folder: Path, size: int, count: int) -> list[Job]:
    """Write images of one patient with about 80 elements; return the jobs on them."""
    folder.mkdir(parents=True)
    source = random.Random(size)
    recipe = Recipe("subj_0123456789AB", "-", ("Okonkwo-Brandt^Ada Maria", "Ada Brandt"), ("HX-204417",))
    jobs = []
    for number in range(count):
        pixels = b"".join((source.getrandbits(12)).to_bytes(2, "little") for _ in range(4096)) * (
            size * size // 4096
        )
        data = factories.instance(
            "Okonkwo-Brandt^Ada Maria", "HX-204417", number=number, Rows=size, Columns=size, pixels=pixels,
            ImageComments="Ada Brandt, second visit", StationName="MR2", Manufacturer="Imaging Works",
            ProtocolName="t1 mprage sag iso", InstitutionName="Clinic at the Lake", BodyPartExamined="HEAD",
            private=[(at, "LO", f"value {at} of the scanner's own") for at in range(0x10, 0x40)],
        )  # fmt: skip
        (folder / f"{number}.dcm").write_bytes(data)
        place = Location(str(folder), f"{number}.dcm")
        jobs.append(Job(place, sha256(data).hexdigest(), "-", Reason.NEW, recipe, 1))
    return jobs


def bare(jobs: list[Job], root: Path) -> None:
    """Read, hash and store the files as they are."""
    with Reader(root) as reader, Store(root / "objects").batch() as batch:
        for job in jobs:
            data = reader.read(job.location)
            assert isinstance(data, bytes)
            sha256(data).hexdigest()
            batch.keep(batch.write([data]))


def full(jobs: list[Job], root: Path) -> None:
    """Do what a worker does."""
    rules = read_rules("pseudonymize")
    done = work(Work(tuple(jobs), rules, EVERYBODY, Store(root / "objects"), root))
    held = [verdict for verdict in done if verdict.output is None]
    if held:
        sys.exit(f"{len(held)} of {len(done)} were held back: {held[0].trouble} at {held[0].where}")


def run_over(clean: Callable[..., Verdict], root: Path) -> None:
    """Run the main job on the files beside a new project: survey, hash, ledger, tree, exports and all."""
    worker._cleaned = clean
    request = Request(
        project=project_at(root),
        sources=(root.parent / "in",),
        table=None,
        settings=Settings(),
        salt_file=root.parent / "salt",
        jobs=1,
    )
    run(request, Silent())


def copied(job: Job, data: bytes, _task: Work, batch: Batch) -> Verdict:
    """Write a file as it is."""
    kept = batch.write([data])
    batch.keep(kept)
    output = Output(kept.digest, kept.size, "1.2.3", "1.2.3.4", f"1.2.3.4.{int(job.source_digest[:12], 16)}")
    return Verdict(job.source_digest, job.job_digest, output)


def _people() -> list[Recipe]:
    source = random.Random(1)
    names = [f"{source.choice(WORDS)}{n}^{source.choice(WORDS)}a" for n in range(PEOPLE)]
    return [Recipe(f"subj_{n:012}", "-", (name,), (f"ID-{n:06}",)) for n, name in enumerate(names)]


EVERYBODY = roster(_people())
cleaned = worker._cleaned

if __name__ == "__main__":
    main()
