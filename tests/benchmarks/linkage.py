"""Measure the linkage of patients with a table on sets whose truth is known.

Owns: the program's own way from evidence to links; run by `python -m tests.benchmarks.linkage`.

Each set (a FOLDER, or `--made KIND`) is linked by every choice of its columns, in a process of its own for
the sake of the memory. Seconds are of CPU, from the table on the disk to the links on record.
"""

import argparse
import hashlib
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from anonledger import __version__
from anonledger.deid.profile import read_rules
from anonledger.engine.resolve import resolve
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Disposition, LinkStatus, Matcher
from anonledger.records import Evidence, Examined, Header, Location, Table
from anonledger.settings import Settings
from anonledger.subjects.names import is_placeholder
from anonledger.subjects.tables import read_table
from tests.benchmarks.made import make
from tests.benchmarks.scoring import (
    COLUMNS,
    GOALS,
    MOST_MEGABYTES,
    MOST_SECONDS,
    Said,
    Score,
    scored,
    short_of,
)
from tests.benchmarks.sets import Kind, Record, Sample, read_sample, write_rows

SALT = b"a made-up salt that no project uses"
HEAD = "set | columns | precision | recall | with reviews | review | absent linked | merged | s | MB | goals"
T = TypeVar("T")
IN_PREDICTIONS = {LinkStatus.ACCEPTED: "accept", LinkStatus.REVIEW: "review", LinkStatus.MISSING: "reject"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A score with what it took: seconds of CPU from the table to the links, and the most memory, in MB."""

    sample: str
    kind: Kind
    columns: str
    score: Score
    seconds: float
    megabytes: float


def main() -> None:
    """Print a line for each set and choice of columns, as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.linkage")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="a set")
    parser.add_argument("--made", action="append", default=[], choices=["ordinary", "stress", "large"])
    parser.add_argument("--seed", type=int, default=1, help="of the people who are made up")
    parser.add_argument("--keep", type=Path, help="new folder for the sets that are made up")
    parser.add_argument("--columns", action="append", choices=[*COLUMNS], help="these only; repeatable")
    parser.add_argument("--matcher", type=Matcher, default=Matcher.EVIDENCE, choices=[*Matcher])
    parser.add_argument("--predictions", type=Path, metavar="FOLDER", help="write down what was said")
    given = parser.parse_args()
    print(f"| {HEAD} |\n|{'---|' * (HEAD.count('|') + 1)}")
    with tempfile.TemporaryDirectory() as scratch:
        folders = [*given.folders]
        for kind in given.made:
            folders.append((given.keep or Path(scratch)) / f"{kind}-{given.seed}")
            alone(partial(make, folders[-1], Kind(kind), given.seed))
        for folder in folders:
            for columns in given.columns or COLUMNS:
                measure = partial(measured, folder, columns, given.matcher, given.predictions)
                print(line(alone(measure)), flush=True)


def alone(job: Callable[[], T]) -> T:
    """Do something in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(job).result()


def measured(folder: Path, columns: str, matcher: Matcher, predictions: Path | None) -> Measured:
    """Link a set by some columns of its table, and score it."""
    sample = read_sample(folder)
    said, seconds = linked(sample, columns, matcher)
    if predictions is not None:
        predictions.mkdir(parents=True, exist_ok=True)
        called = columns.replace("+ ", "").replace(" ", "-")
        write_predictions(predictions / f"{sample.name}.{called}.csv", sample, said)
    return Measured(sample.name, sample.kind, columns, scored(sample, said), seconds, _peak_megabytes())


def linked(
    sample: Sample, columns: str, matcher: Matcher = Matcher.EVIDENCE
) -> tuple[dict[str, Said], float]:
    """Return what a run says of each record, by id, and the seconds of CPU that this took."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "t.csv"
        header = ("name", *COLUMNS[columns])
        write_rows(path, header, ([row[column] for column in header] for row in sample.rows))
        examined = [_examined(record) for record in sample.records]
        with Clerk(Path(scratch) / "ledger.sqlite3") as clerk:
            number = _begun(clerk, examined)
            started = time.process_time()
            settings = Settings(matcher=matcher)
            said = _settled(clerk, number, settings, read_table(path, settings))
            seconds = time.process_time() - started
    return {record.id: said[_evidence(record)] for record in sample.records}, seconds


def _begun(clerk: Clerk, examined: Sequence[Examined]) -> int:
    """Record the instances as a survey does."""
    number = clerk.begin(
        started=datetime.now(UTC),
        command="benchmark",
        version=__version__,
        rules=read_rules("pseudonymize"),
        output_root="",
        settings={},
    )
    clerk.examined(number, examined)
    return number


def _settled(clerk: Clerk, number: int, settings: Settings, table: Table) -> dict[Evidence, Said]:
    """Settle who is who as a run does, and return what came of each evidence."""
    clerk.keep_table(number, table)
    links = resolve(clerk, number, settings, SALT, table).links
    pseudonyms = {subject.id: subject.pseudonym for subject in clerk.ledger.subjects()}
    return {
        identity.evidence: Said(links[identity.subject], pseudonyms[identity.subject])
        for identity in clerk.ledger.identities()
        if identity.subject in links
    }


def _examined(record: Record) -> Examined:
    """Return an instance in a study and a folder of its own."""
    uid = f"1.2.3.{int(record.id.encode().hex(), 16)}"
    return Examined(
        location=Location("/sample", f"{record.id}/image.dcm"),
        size=1,
        mtime_ns=1,
        digest=hashlib.sha256(record.id.encode()).hexdigest(),
        disposition=Disposition.INSTANCE,
        header=Header("1.2.840.10008.5.1.4.1.1.4", f"{uid}.1", f"{uid}.2", f"{uid}.3", _evidence(record)),
    )


def _evidence(record: Record) -> Evidence:
    nobody = is_placeholder(record.name) and is_placeholder(record.patient_id)
    return Evidence(
        patient_id=record.patient_id,
        name=record.name,
        birth_date=record.birth_date,
        sex=record.sex,
        scope=record.id if nobody else "",
    )


def _peak_megabytes() -> float:
    """Return the most memory that this process ever held, 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, elsewhere kibibytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def line(found: Measured) -> str:
    """Return a line of the table, in Markdown."""
    score = found.score
    cells = (
        found.sample,
        found.columns,
        *(f"{share:.4f}" for share in (score.precision, score.recall, score.helped)),
        *(f"{share:.1%}" for share in (score.review, score.strangers)),
        str(score.merged),
        f"{found.seconds:.1f}",
        f"{found.megabytes:.0f}",
        _verdict(found),
    )
    return f"| {' | '.join(cells)} |"


def _verdict(found: Measured) -> str:
    goal = GOALS[found.columns].get(found.kind)
    if goal is None:
        return "none set"
    lacking = short_of(found.score, goal)
    if found.kind is Kind.LARGE:
        lacking += ["seconds"] * (found.seconds > MOST_SECONDS)
        lacking += ["memory"] * (found.megabytes > MOST_MEGABYTES)
    return f"short of: {', '.join(lacking)}" if lacking else "met"


def write_predictions(path: Path, sample: Sample, said: Mapping[str, Said]) -> None:
    """Write what was said of each record; rows count from 0, of a link with several the first."""
    header = "dicom_id dicom_name csv_row_index status score candidates pseudonym".split()
    write_rows(path, header, (_prediction(record, said[record.id]) for record in sample.records))


def _prediction(record: Record, said: Said) -> list[object]:
    link = said.link
    candidates = "|".join(str(row - 1) for row in link.candidates)
    row = link.rows[0] - 1 if link.rows else ""
    return [record.id, record.name, row, IN_PREDICTIONS[link.status], link.score, candidates, said.pseudonym]


if __name__ == "__main__":
    main()
