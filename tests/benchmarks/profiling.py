"""Profile whole first runs with one worker, and tell where the CPU time of a file goes: by room and function.

Owns: runs on few files and on many are subtracted, so that what every start costs is not in it.
"""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tabulate import tabulate

from tests.benchmarks.contenders import ours
from tests.benchmarks.measuring import ROOT, environment

MOST = 30  # functions
PACKAGE = "anonledger/"
SAMPLED = str(Path(__file__).with_name("sampled.py"))

Key = tuple[str, str]  # file and function
Found = Mapping[Key, tuple[float, float]]  # CPU seconds: its own, and with what it called
NONE = (0.0, 0.0)


def profile(few: Path, many: Path, target: Path, kind: str) -> str:
    """Run on both folders (named by how many files they hold); return two tables of milliseconds a file."""
    files = int(many.name) - int(few.name)
    before, after = _recorded(few, target), _recorded(many, target)
    more = {
        key: (own - before.get(key, NONE)[0], whole - before.get(key, NONE)[1])
        for key, (own, whole) in after.items()
    }
    total = sum(own for own, _ in more.values())
    rooms: defaultdict[str, float] = defaultdict(float)
    for (file, _), (own, _) in more.items():
        rooms[_room(file)] += own
    by_room = [
        [room, _ms(seconds, files), f"{seconds / total:.0%}"]
        for room, seconds in sorted(rooms.items(), key=lambda pair: -pair[1])
        if seconds > total / 100
    ]
    by_function = [
        [_told(key), _ms(own, files), _ms(whole, files)]
        for key, (own, whole) in sorted(more.items(), key=lambda pair: -pair[1][0])[:MOST]
    ]
    return "\n\n".join(
        (
            f"{kind}: {_ms(total, files)} ms of CPU a file ({few.name} files against {many.name})",
            tabulate(by_room, ["where", "ms a file", "share"], disable_numparse=True),
            tabulate(by_function, ["function", "own ms", "with what it calls"], disable_numparse=True),
            "",
        )
    )


def _recorded(source: Path, target: Path) -> Found:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    record = target / "record"
    words = ours(1).command(source, target)[2:]  # behind: python -m
    command = [sys.executable, SAMPLED, str(record), *words]
    subprocess.run(command, cwd=ROOT, env=environment(command), check=True)
    rows = json.loads(record.read_text("utf-8"))
    shutil.rmtree(target)
    return {(file, function): (own, whole) for file, function, own, whole in rows}


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
    file, function = key
    return f"{'/'.join(Path(file).parts[-2:])} {function}"
