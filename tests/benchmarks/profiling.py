"""Profile a whole first run with one worker, and tell where its time goes: by room, and by function.

Owns: the run is the real command, in a process of its own; `python -m tests.benchmarks --profile`.
"""

import pstats
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tabulate import tabulate

from tests.benchmarks.contenders import ours
from tests.benchmarks.measuring import ROOT

MOST = 25  # functions
PACKAGE = "anonledger/"

Key = tuple[str, int, str]  # of pstats: file, line, function


def profile(source: Path, target: Path, kind: str) -> str:
    """Run once on the sources; return two tables of milliseconds a file. A profiled run is slower."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    record = target / "record"
    command = list(ours(1).command(source, target))[1:]
    subprocess.run([sys.executable, "-m", "cProfile", "-o", str(record), *command], cwd=ROOT, check=True)
    found: dict[Key, tuple[int, int, float, float, object]] = pstats.Stats(str(record)).stats  # type: ignore[attr-defined]
    shutil.rmtree(target)
    count = int(source.name)
    own = Counter({key: value[2] for key, value in found.items()})
    rooms: Counter[str] = Counter()
    for (file, _, _), seconds in own.items():
        rooms[_room(file)] += seconds
    by_room = [
        [room, _ms(seconds, count), f"{seconds / own.total():.0%}"] for room, seconds in rooms.most_common(12)
    ]
    by_function = [
        [_told(key), f"{found[key][1] / count:.1f}", _ms(seconds, count), _ms(found[key][3], count)]
        for key, seconds in own.most_common(MOST)
    ]
    return "\n\n".join(
        (
            f"{kind}, {count} files, profiled: {_ms(own.total(), count)} ms a file, start and end included",
            tabulate(by_room, ["where", "ms a file", "share"], disable_numparse=True),
            tabulate(
                by_function, ["function", "calls a file", "own ms", "with callees"], disable_numparse=True
            ),
            "",
        )
    )


def _ms(seconds: float, count: int) -> str:
    return f"{seconds * 1000 / count:.3f}"


def _room(file: str) -> str:
    """Return the room of this program that a file belongs to, or the package, or what Python has built in."""
    path = Path(file).as_posix()
    if PACKAGE in path:
        return PACKAGE + path.rpartition(PACKAGE)[2].split("/")[0].removesuffix(".py")
    if "site-packages/" in path:
        return path.rpartition("site-packages/")[2].split("/")[0]
    return "built in" if file == "~" else "Python's library"


def _told(key: Key) -> str:
    file, line, function = key
    if file == "~":
        return function
    parts = Path(file).parts[-2:]
    return f"{'/'.join(parts)}:{line} {function}"
