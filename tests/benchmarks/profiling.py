"""Profile whole first runs with one worker, and tell where the time of a file goes: by room, and by function.

Owns: runs on few files and on many are subtracted, so that what every start costs is not in it.
"""

import pstats
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tabulate import tabulate

from tests.benchmarks.contenders import ours
from tests.benchmarks.measuring import ROOT, environment

MOST = 25  # functions
PACKAGE, BUILT_IN = "anonledger/", "~"

Key = tuple[str, int, str]  # of pstats: file, line, function


class Spent(NamedTuple):
    """What pstats has on a function, in seconds. ``callers``: the same numbers, of what each called."""

    primitive: int
    calls: int
    own: float
    whole: float
    callers: Mapping[Key, tuple[int, int, float, float]] = {}


Found = Mapping[Key, Spent]


def profile(few: Path, many: Path, target: Path, kind: str) -> str:
    """Run on both folders (named by how many files they hold); return two tables of milliseconds a file."""
    files = int(many.name) - int(few.name)
    before, after = _recorded(few, target), _recorded(many, target)
    more = {key: _more(before.get(key, Spent(0, 0, 0, 0)), spent) for key, spent in after.items()}
    total = sum(spent.own for spent in more.values())
    rooms, earlier = _by_room(after), _by_room(before)
    shares = {room: seconds - earlier[room] for room, seconds in rooms.items()}
    by_room = [
        [room, _ms(seconds, files), f"{seconds / total:.0%}"]
        for room, seconds in sorted(shares.items(), key=lambda pair: -pair[1])
        if seconds > total / 200
    ]
    by_function = [
        [_told(key), f"{spent.calls / files:.1f}", _ms(spent.own, files), _ms(spent.whole, files)]
        for key, spent in sorted(more.items(), key=lambda pair: -pair[1].own)[:MOST]
    ]
    return "\n\n".join(
        (
            f"{kind}: {_ms(total, files)} ms a file under the profiler, {few.name} files against {many.name}",
            tabulate(by_room, ["where", "ms a file", "share"], disable_numparse=True),
            tabulate(
                by_function, ["function", "calls a file", "own ms", "with callees"], disable_numparse=True
            ),
            "",
        )
    )


def _recorded(source: Path, target: Path) -> Found:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    record = target / "record"
    command = [sys.executable, "-m", "cProfile", "-o", str(record), *ours(1).command(source, target)[1:]]
    subprocess.run(command, cwd=ROOT, env=environment(command), check=True)
    stats = pstats.Stats(str(record)).stats  # type: ignore[attr-defined]
    shutil.rmtree(target)
    return {key: Spent(*value) for key, value in stats.items()}


def _more(before: Spent, after: Spent) -> Spent:
    return Spent(0, after.calls - before.calls, after.own - before.own, after.whole - before.whole)


def _by_room(found: Found) -> defaultdict[str, float]:
    """Return the seconds spent in each room; what Python has built in counts for who called it."""
    rooms: defaultdict[str, float] = defaultdict(float)
    for (file, _, _), spent in found.items():
        if file != BUILT_IN:
            rooms[_room(file)] += spent.own
        for (caller, _, _), (_, _, own, _) in spent.callers.items() if file == BUILT_IN else ():
            rooms[_room(caller)] += own
    return rooms


def _ms(seconds: float, files: int) -> str:
    return f"{seconds * 1000 / files:.3f}"


def _room(file: str) -> str:
    """Return the room of this program that a file belongs to, or the package it is of."""
    path = Path(file).as_posix()
    if PACKAGE in path:
        return PACKAGE + path.rpartition(PACKAGE)[2].split("/")[0].removesuffix(".py")
    if "site-packages/" in path:
        return path.rpartition("site-packages/")[2].split("/")[0]
    return "Python's library"


def _told(key: Key) -> str:
    file, line, function = key
    return function if file == BUILT_IN else f"{'/'.join(Path(file).parts[-2:])}:{line} {function}"
