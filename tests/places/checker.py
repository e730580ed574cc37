"""Judge what came out: clean, held back, left out, leaked, damaged or lost.

Owns: the judgement rests on the bytes that were published, read with pydicom, and on nothing of the program.
"""

import hashlib
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydicom import Dataset
from pydicom.sequence import Sequence as Items

from tests.places.comparison import GIVES_UP, README, damaged, read
from tests.places.needles import folded, inflated, is_in, needles, readings
from tests.places.people import Person
from tests.places.place import Source
from tests.places.wire import Spot

GRAM = 6
# Behind the path of an archive of which something was held back.
INSIDE = "\n"


class Verdict(StrEnum):
    """What became of a place, the better the earlier."""

    CLEAN = "clean"
    DROPPED = "dropped"
    HELD = "quarantined"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    LEAK = "LEAK"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its evidence in a line."""

    verdict: Verdict
    evidence: str = ""


@dataclass(slots=True)
class Output:
    """All that a run left: what is shared, what is held back, and what it said."""

    shared: Path
    private: Path
    said: bytes
    tree: Path = Path()
    held: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    instances: dict[str, list[str]] = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)

    def read(self) -> "Output":
        """Read everything; return itself."""
        import csv

        with (self.private / "quarantine.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                path = row["path"].removeprefix(f"{self.tree}{os.sep}")
                self.held |= {
                    row["sha256"]: row["reason"],
                    path + INSIDE * bool(row["member"]): row["reason"],
                }
        self.held.pop("", None)
        for path in sorted(p for p in self.shared.rglob("*") if p.is_file()):
            name, data = path.relative_to(self.shared).as_posix(), path.read_bytes()
            self.files[name] = data
            self.carried[hashlib.sha256(data).hexdigest()] = name
            uid = uid_of(data)
            if uid:
                self.instances.setdefault(uid, []).append(name)
        return self


def uid_of(data: bytes) -> str:
    """Return the SOPInstanceUID of a file, "" if it is none."""
    if data[128:132] != b"DICM":
        return ""
    try:
        return str(read(data).get("SOPInstanceUID", "-"))
    except GIVES_UP:
        return "-"


def judged(source: Source, output: Output, people: list[Person]) -> Finding:
    """Return what became of one source."""
    reason = (output.held.get(source.digest) if source.data else "") or output.held.get(_name(source.path))
    if source.held:
        found = [judged(inner, output, people) for inner in source.held]
        reason = reason or output.held.get(_name(source.path) + INSIDE)
        if reason and Verdict.LOST in [f.verdict for f in found]:  # it is held back with the archive
            found = [f for f in found if f.verdict is not Verdict.LOST] + [Finding(Verdict.HELD, reason)]
        return worst(found)
    names = output.instances.get(source.uid, []) if source.uid else []
    if names:
        return worst([_published(source, output.files[name], people) for name in names])
    return Finding(Verdict.HELD, reason) if reason else _absent(source, output)


def _name(path: str | bytes) -> str:
    return path if isinstance(path, str) else path.decode("utf-8", "backslashreplace")


def _absent(source: Source, output: Output) -> Finding:
    if source.digest in output.carried and not source.uid:
        return Finding(Verdict.CLEAN)
    if _name(source.path).rpartition(".")[2].lower() in dropped_types():
        return Finding(Verdict.DROPPED)
    return Finding(Verdict.CLEAN if source.optional else Verdict.LOST, f"{_name(source.path)} is nowhere")


def worst(findings: list[Finding]) -> Finding:
    """Return the finding that counts."""
    order = list(Verdict)
    return max(findings, key=lambda f: order.index(f.verdict), default=Finding(Verdict.CLEAN))


@cache
def dropped_types() -> frozenset[str]:
    """Return the file types that the README says are left out."""
    found = re.search(r"drop_file_types = \[(.*?)\]", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return frozenset(re.findall(r'"(\w+)"', found[1]))


def _published(source: Source, data: bytes, people: list[Person]) -> Finding:
    leak = leaked(data, people, source.spots)
    if leak:
        return Finding(Verdict.LEAK, leak)
    if source.loose:
        return Finding(Verdict.CLEAN)
    harm = damaged(source.meant or source.data, data, source.spots)
    return Finding(Verdict.DAMAGED, f"{_name(source.path)}: {harm}") if harm else Finding(Verdict.CLEAN)


def leaked(data: bytes, people: list[Person], spots: tuple[Spot, ...] = ()) -> str:
    """Return what of somebody stands in a file in any reading of it, "" for nothing."""
    wanted = {needle: who for who in people for needle in needles(who)}
    planted = {p.lower() for spot in spots for p in spot.pieces[1::2] if len(p) > 4 and _tells(p, people)}
    for number, reading in enumerate(readings(data)):
        for needle in [*wanted, *(planted if number == 0 else ())]:
            if is_in(needle, reading):
                at = reading.index(needle)
                return f"{needle!r} in reading {number}: {reading[max(0, at - 30) : at + 40]!r}"
    return _in_values(data, people)


def _tells(piece: bytes, people: list[Person]) -> bool:
    """Whether a planted piece is more than ordinary words."""
    ordinary = {w for who in people for w in who.ordinary}
    return (
        any(w.decode().lower() not in ordinary for w in re.findall(rb"[A-Za-z]{3,}", piece))
        or not piece.isascii()
    )


def _in_values(data: bytes, people: list[Person]) -> str:
    texts = "\n".join(_texts(read(data)))
    for who in people:
        for part in map(folded, who.parts):
            if len(part) > 4 and part in texts:
                return f"{part!r} in a decoded value"
    return ""


def _texts(dataset: Dataset) -> Iterator[str]:
    """Return the texts of a file, folded; what pydicom cannot decode is left out."""
    for tag in list(dataset.keys()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = dataset[tag].value
        except GIVES_UP:
            continue
        if isinstance(value, Items):
            for inner in value:
                yield from _texts(inner)
        elif not isinstance(value, bytes):
            yield folded(str(value))


def strangers(output: Output, everybody: list[Person]) -> Iterator[tuple[Person, str]]:
    """Find anybody's name or number in anything that is shared or was said."""
    wanted: dict[bytes, list[tuple[bytes, Person]]] = {}
    for who in everybody:
        for needle in needles(who):
            if len(needle) >= GRAM and len(needle.replace(b"\0", b"")) > 4:
                wanted.setdefault(needle[:GRAM], []).append((needle, who))
    texts = {f"path {name}": name.encode("utf-8", "surrogateescape") for name in output.files}
    for where, data in {**output.files, **texts, "what was printed or logged": output.said}.items():
        lower = b"".join([data, *inflated(data)]).lower()
        grams = {lower[i : i + GRAM] for i in range(len(lower) - GRAM + 1)}
        for gram in grams & wanted.keys():
            for needle, who in wanted[gram]:
                if needle in lower:
                    yield who, f"{needle!r} in {where}"
