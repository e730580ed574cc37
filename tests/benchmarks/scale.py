"""Measure what every command costs in a project of very many files: time, CPU and memory.

Owns: the real commands, each in a process of its own; `python -m tests.benchmarks.scale`, never a test.

    python -m tests.benchmarks.scale --files 1000000 --subjects 10000 [--folder DIR] [--keep]

A project is made first (see filled.py): a million files take about half an hour, 10 GB and 3,000,000 inodes.
``--folder`` says where, and one that was kept (``--keep``) is measured again without being made.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.benchmarks.corpora import made
from tests.benchmarks.leaking import PEOPLE
from tests.benchmarks.measuring import ANONLEDGER, Cost, measured

TABLES = ("mapping", "missing", "demographics", "matches", "doubts", "quarantine")
MADE = "made"  # a file that stands in a folder once its project is whole


def main() -> None:
    """Make a project, unless it is there, and print a line for each command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--subjects", type=int, default=100)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--grow", action="store_true", help="add a patient of 100 images, and run, instead")
    parser.add_argument("--only", default="", help="measure only the commands that begin so")
    wanted = parser.parse_args()
    folder = wanted.folder or Path(tempfile.mkdtemp())
    try:
        if not (folder / MADE).exists():
            making = ("-m", "tests.benchmarks.filled", str(folder), "--files", str(wanted.files))
            made = measured([sys.executable, *making, "--subjects", str(wanted.subjects)], Path.cwd())
            if made.status:
                sys.exit("The project could not be made.")
            (folder / MADE).touch()
            print(_line("(the first run, as made)", made), flush=True)
        size = (folder / "study" / ".anonledger" / "ledger.sqlite3").stat().st_size
        print(f"(the ledger: {size / 1e6:.1f} MB)")
        print(_line(f"{'command':40} {'wall s':>8} {'CPU s':>8} {'MB':>6} exit"), flush=True)
        for command in grown(folder) if wanted.grow else commands(folder):
            if " ".join(command).startswith(wanted.only):
                told = " ".join(command).replace(str(folder), "…")
                print(_line(told, measured([*ANONLEDGER, *command], folder / "study")), flush=True)
    finally:
        if not wanted.keep:
            shutil.rmtree(folder)


def _line(what: str, cost: Cost | None = None) -> str:
    if cost is None:
        return what
    return f"{what:40} {cost.wall:8.2f} {cost.cpu:8.2f} {cost.megabytes:6.0f} {cost.status:4}"


def commands(folder: Path) -> Iterator[list[str]]:
    """Yield the commands, in an order in which none changes what the others find."""
    sources, salt = str(folder / "sources"), f"--salt-file={folder / 'salt'}"
    shared = next((folder / "study" / "anonymized").glob("subj_*/*/*/*.dcm"))
    pseudonym = shared.relative_to(folder / "study" / "anonymized").parts[0]
    source = next((folder / "sources").glob("*/*/*"))
    yield ["--help"]
    yield ["run", "-q", "-j1", salt, sources]
    yield ["run", "-q", "-n", "-j1", salt, sources]
    yield ["status"]
    yield ["who", pseudonym]
    yield ["show", pseudonym]
    yield ["show", str(shared)]
    yield ["show", str(source)]
    yield ["show", "1"]
    yield ["show", _digest(shared)]
    yield ["log"]
    yield ["log", "--events", "-n", "100"]
    yield ["query"]
    yield ["review", "list"]
    yield ["quarantine", "list"]
    yield from (["export", table] for table in TABLES)
    yield ["audit", "-q", "--quick"]


def grown(folder: Path) -> Iterator[list[str]]:
    """Yield a run that finds nothing new, one that finds a patient more, and one of that patient alone."""
    again = ["run", "-q", "-j1", f"--salt-file={folder / 'salt'}"]
    sources, number = folder / "sources", 1
    while (more := sources / f"one more {number}").exists():
        number += 1
    yield [*again, str(sources)]
    for name, data in islice(made("MR", 100 * len(PEOPLE)), 100):
        (more / name).parent.mkdir(parents=True, exist_ok=True)
        (more / name).write_bytes(data.replace(b"7000000", b"%07d" % (7000000 + number)))
    yield [*again, str(sources)]
    yield [*again, "--project", str(folder / f"apart {number}"), str(more)]


def _digest(file: Path) -> str:
    from hashlib import sha256

    return sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
