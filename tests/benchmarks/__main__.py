"""Measure what a file costs here, and elsewhere: `python -m tests.benchmarks`; see README.md in this folder.

Owns: everything is measured in turns, A B C A B C, so that a machine that gets slower is slower for all.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.contenders import Contender, contenders, ours
from tests.benchmarks.corpora import OURS
from tests.benchmarks.measuring import ANONLEDGER, ROOT, Cost, measured
from tests.benchmarks.profiling import profile
from tests.benchmarks.telling import Figures, Sample, print_kind, print_summary

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Size:
    """How many files of a kind: two sets for what is fast, two for what is slow."""

    fast: tuple[int, int]
    slow: tuple[int, int]


# Between the two sets of a pair lies what a file costs, whatever a start costs.
SIZES = {
    "CT": Size((100, 1600), (8, 48)),
    "MR": Size((200, 6000), (8, 88)),
    "enhanced": Size((2, 12), (1, 3)),
    "JPEG": Size((100, 1500), (8, 88)),
    "zip": Size((100, 800), (8, 48)),
    "soft": Size((100, 800), (8, 48)),
    "soft-zip": Size((100, 800), (8, 48)),
}
QUICK = {
    "CT": Size((20, 120), (4, 12)),
    "MR": Size((40, 440), (4, 24)),
    "enhanced": Size((1, 4), (1, 2)),
    "JPEG": Size((20, 220), (4, 24)),
    "zip": Size((20, 120), (4, 12)),
    "soft": Size((20, 120), (4, 12)),
    "soft-zip": Size((20, 120), (4, 12)),
}


def main() -> None:
    """Build what is missing, measure, and print."""
    wanted = _arguments()
    folder = wanted.folder or Path(tempfile.mkdtemp(prefix="benchmark-"))
    sizes = {kind: size for kind, size in (QUICK if wanted.quick else SIZES).items() if kind in wanted.kinds}
    try:
        if wanted.profile:
            for kind, size in sizes.items():
                few, many = (built(folder, kind, count) for count in size.fast)
                print(profile(few, many, folder / "profile", kind))
            return
        _compare(folder, sizes, wanted)
    finally:
        if wanted.folder is None:
            shutil.rmtree(folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="how often each is measured; medians are told")
    parser.add_argument("--quick", action="store_true", help="few files, to see that it works")
    parser.add_argument(
        "--kinds", nargs="+", choices=SIZES, default=[*SIZES], metavar="KIND", help=f"of {[*SIZES]}"
    )
    parser.add_argument(
        "--only", default="", help="contenders whose name holds this; this program is always in"
    )
    parser.add_argument(
        "--python", action="append", help="an interpreter that peers are installed for; repeatable"
    )
    parser.add_argument(
        "--folder", type=Path, help="where the files lie, and stay; default: a temporary folder"
    )
    parser.add_argument("--profile", action="store_true", help="print where the time of a run goes, instead")
    return parser.parse_args()


def _compare(folder: Path, sizes: dict[str, Size], wanted: argparse.Namespace) -> None:
    found, absent = contenders([sys.executable, *(wanted.python or [])])
    found = [one for one in found if wanted.only in one.name or one.archives]
    figures: Figures = {}
    for kind, size in sizes.items():
        taking = [one for one in found if one.archives or kind not in OURS]
        samples = {one.name: Sample(*(size.slow if one.slow else size.fast)) for one in taking}
        for _, one in _turns(wanted.repeats, taking):
            sample = samples[one.name]
            for count, costs in ((sample.few, sample.of_few), (sample.many, sample.of_many)):
                cost, sample.leaks = one_run(one, built(folder, kind, count), folder / "out")
                costs.append(cost)
        figures[kind] = samples
        print_kind(kind, samples)
    print_summary(figures)
    kind, size = next(iter(sizes.items()))
    _print_idle(built(folder, kind, size.fast[1]), folder / "out", kind, wanted.repeats)
    print("\nNot measured:", *(absent or ["nothing, all is here"]), sep="\n  ")


def _turns(repeats: int, things: Sequence[Thing]) -> Iterator[tuple[int, Thing]]:
    return ((turn, one) for turn in range(repeats) for one in things)


def built(folder: Path, kind: str, count: int) -> Path:
    """Return the folder with so many files of a kind; they are made where they lack, in another process.

    In another one, for a process that was large once makes all look large that it starts.
    """
    place = folder / kind / str(count)
    if not place.exists():
        making = ["-m", "tests.benchmarks.corpora", str(folder / kind), kind, str(count)]
        subprocess.run([sys.executable, *making], cwd=ROOT, check=True)
    return place


def one_run(contender: Contender, source: Path, target: Path) -> tuple[Cost, tuple[int, int]]:
    """Measure a contender once; return the cost, and how many files came out and how many of them leak."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    if contender.in_place:
        shutil.copytree(source, target, dirs_exist_ok=True)
    cost = measured(contender.command(source, target), ROOT, quiet=not contender.archives)
    counting = [sys.executable, "-m", "tests.benchmarks.leaking", str(target / contender.output)]
    done = subprocess.run(counting, cwd=ROOT, check=True, capture_output=True, text=True)
    written, leaks = map(int, done.stdout.split())
    shutil.rmtree(target)
    return cost, (written, leaks)


def _print_idle(source: Path, target: Path, kind: str, repeats: int) -> None:
    """Print what costs the same in a project of any size, and what a run with nothing to do costs."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    again = ours(1).command(source, target)
    measured(again, ROOT)
    project = ("--project", str(target / "study"))
    idle = {
        "run, nothing to do": again,
        "status": [*ANONLEDGER, "status", *project],
        "--help": [*ANONLEDGER, "--help"],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in idle}
    for _, name in _turns(repeats, [*idle]):
        costs[name].append(measured(idle[name], ROOT))
    print(f"\nAfter the run on {source.name} files ({kind})     wall s    CPU s   MB")
    for name, found in costs.items():
        best = sorted(found, key=lambda cost: cost.wall)[len(found) // 2]
        print(f"  {name:38} {best.wall:8.2f} {best.cpu:8.2f} {best.megabytes:4.0f}")
    shutil.rmtree(target)


if __name__ == "__main__":
    main()
