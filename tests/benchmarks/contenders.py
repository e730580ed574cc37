"""Name what the benchmark compares: this program, the floors below it, and its peers, as far as installed.

Owns: one line for each of them; what is not here is said to be absent, with its reason.
"""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.measuring import ANONLEDGER

Command = Callable[[Path, Path], Sequence[str]]  # of sources and an empty folder for what comes out
PEERS = Path(__file__).with_name("peers.py")
PLANTED = (
    "0010,1000",
    "0010,1001",
    "0010,4000",
)  # what gdcmanon and dcmodify are told to remove, beside the name
COPIED, HASHED = "cp -r", "cp -r + openssl dgst -sha256"
ONE, TWO = "anonledger -j 1", "anonledger -j 2"
# Distribution on the package index: whether a file takes long, so that fewer are enough.
LIBRARIES = {
    "pydicom": True,
    "dcmanon": False,
    "fw-file-rs": False,
    "dicognito": True,
    "dicom-anonymizer": True,
    "dcm-anonymizer": True,
    "deid": True,
    "idiscore": True,
}


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to get files from one folder into another. ``output``: where below the folder they are then.

    ``slow``: takes fewer files. ``in_place``: works on a copy that is made before it is measured.
    """

    name: str
    command: Command = field(repr=False)
    slow: bool = False
    in_place: bool = False
    archives: bool = False
    output: str = ""


def contenders(pythons: Sequence[str]) -> tuple[list[Contender], list[str]]:
    """Return what can be compared here, and a line on each that cannot; ``pythons`` may have libraries."""
    found = [ours(1), ours(2), Contender(COPIED, _copied)]
    absent = []
    for program, contender in (
        ("openssl", Contender(HASHED, _hashed)),
        ("gdcmanon", Contender("gdcmanon (C++)", _gdcmanon)),
        ("dcmodify", Contender("dcmodify, in place (C++)", _dcmodify, in_place=True)),
    ):
        if shutil.which(program):
            found.append(contender)
        else:
            absent.append(f"{contender.name}: no program {program} on the PATH")
    for name, slow in LIBRARIES.items():
        python = next((one for one in pythons if version(one, name)), None)
        if python is None:
            absent.append(f"{name}: not installed for {' or '.join(pythons)} (--python)")
        else:
            label = f"{name} {version(python, name)}" + ", read + write" * (name == "pydicom")
            found.append(Contender(label, _library(python, name), slow))
    return found, absent


def ours(jobs: int) -> Contender:
    """Return this program with so many workers: a whole first run."""

    def command(source: Path, target: Path) -> Sequence[str]:
        (target / "salt").write_text("a made-up salt that no project uses")
        where = ("--project", str(target / "study"), "--salt-file", str(target / "salt"))
        return [*ANONLEDGER, "run", "-q", "-j", str(jobs), *where, str(source)]

    return Contender(f"anonledger -j {jobs}", command, archives=True, output="study/anonymized")


def version(python: str, distribution: str) -> str:
    """Return which version of a library an interpreter has, or nothing."""
    asking = f"from importlib.metadata import version; print(version({distribution!r}))"
    done = subprocess.run([python, "-c", asking], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _copied(source: Path, target: Path) -> Sequence[str]:
    return ["cp", "-r", f"{source}/.", str(target)]


def _hashed(source: Path, target: Path) -> Sequence[str]:
    script = 'cp -r "$0/." "$1" && find "$1" -type f -exec openssl dgst -sha256 {} +'
    return ["sh", "-c", script, str(source), str(target)]


def _gdcmanon(source: Path, target: Path) -> Sequence[str]:
    given = ["--replace", "0010,0010=X", "--replace", "0010,0020=X"]
    gone = [word for tag in PLANTED for word in ("--remove", tag)]
    return ["gdcmanon", "--dumb", "-r", "--continue", *given, *gone, "-i", str(source), "-o", str(target)]


def _dcmodify(_source: Path, target: Path) -> Sequence[str]:
    given = ["-ma", "(0010,0010)=X", "-ma", "(0010,0020)=X"]
    gone = [word for tag in PLANTED for word in ("-ea", f"({tag})")]
    return ["find", str(target), "-type", "f", "-exec", "dcmodify", "-nb", "-imt", *given, *gone, "{}", "+"]


def _library(python: str, name: str) -> Command:
    return lambda source, target: [python, str(PEERS), name, str(source), str(target)]
