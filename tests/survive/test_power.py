"""A power cut takes away what was not synced: names and bytes; the next run mends what it took.

Owns: what is on record in the ledger is on the disk before it is on record.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.survive.kills import FIRST, Lab, leftovers
from tests.survive.study import LEDGER, STATE, digests

CUTS = 3


@dataclass
class Disk:
    """What the steps of a process have brought to the disk, and what a power cut may take.

    ``torn``: files whose bytes are not on the disk; ``names``: (step, from, to) of names that are not.
    """

    torn: set[str] = field(default_factory=set)
    names: list[tuple[str, str, str]] = field(default_factory=list)
    had: set[str] = field(default_factory=set)

    def step(self, word: str, *paths: str) -> None:
        """Take a step into account."""
        match word:
            case "write":
                self.torn.add(paths[0])
            case "rename" | "link":
                if paths[0] in self.torn:
                    self.torn.add(paths[1])
                if word == "rename":
                    self.torn.discard(paths[0])
                if paths[1] not in self.had:  # what stood there before cannot be had back here
                    self.names.append((word, paths[0], paths[1]))
                self.had.add(paths[1])
            case "remove":
                self.torn.discard(paths[0])
            case "sync" if paths:
                self.torn.discard(paths[0])
                self.names = [one for one in self.names if str(Path(one[2]).parent) != paths[0]]
            case "sync":
                self.torn.clear()
                self.names.clear()

    def cut(self, chance: random.Random) -> None:
        """Take what is not on the disk: the latest names, and bytes of every file that has some missing."""
        for word, before, after in reversed(self.names[chance.randrange(len(self.names) + 1) :]):
            if Path(after).exists():
                Path(after).replace(before) if word == "rename" else Path(after).unlink()
        for path in map(Path, self.torn):
            if path.is_file() and not path.name.startswith("ledger.sqlite3"):  # SQLite syncs for itself
                size = path.stat().st_size
                path.chmod(0o600)
                path.write_bytes(bytes(size) if chance.random() < 0.5 else bytes(size // 2))


def heard(lab: Lab) -> list[list[str]]:
    """Return the steps that a process told of."""
    return [line.split("\t") for line in (lab.base / "heard").read_text().splitlines()]


@pytest.fixture(params=["beside", "on another disk"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, ...]:
    """Return a run whose dataset lies beside its objects (links), or in the folder of the test (copies)."""
    elsewhere = () if request.param == "beside" else ("-o", str(tmp_path / "out"))
    return (*FIRST, *elsewhere)


def start(lab: Lab, command: tuple[str, ...], tmp_path: Path, **more: Any) -> int:
    """Run, hear every step, and return the status."""
    told = str(lab.base / "heard")
    return lab.stage.wait(lab.starts(command, 1, heard=told, also=[str(tmp_path)], **more), lab.base).status


def test_what_is_on_record_is_on_the_disk(lab: Lab, command: tuple[str, ...], tmp_path: Path) -> None:
    lab.begin("nothing")
    assert start(lab, command, tmp_path) == 3
    disk = Disk()
    objects, shared = f"{lab.project}/{STATE}/objects", (f"{lab.project}/anonymized", str(tmp_path))
    for word, *paths in heard(lab):
        if word == "commit":
            assert [path for path in disk.torn if path.startswith(objects)] == []
            assert [name for name in disk.names if name[2].startswith(objects)] == []
        if word == "rename" and not paths[1].endswith("lock.json"):
            assert paths[0] not in disk.torn, "it has its name before it has its bytes"
        disk.step(word, *paths)
    assert not [path for path in disk.torn if path.startswith((objects, *shared))]


def test_the_salt_is_on_the_disk_before_the_ledger_is_begun(lab: Lab, tmp_path: Path) -> None:
    lab.begin("nothing")
    ask = (*FIRST, "--project", "project", "-j", "1")
    assert lab.stage.run(*ask, cwd=lab.base, salt=None, heard=str(lab.base / "heard")).status == 3
    steps = heard(lab)
    begun = next(at for at, step in enumerate(steps) if step[0] == "write" and step[1].endswith("sqlite3"))
    disk = Disk()
    for word, *paths in steps[:begun]:
        disk.step(word, *paths)
    key = f"{lab.project}/{STATE}/key"
    assert key in disk.had
    assert key not in disk.torn
    assert key not in {name[2] for name in disk.names}


def test_a_power_cut_costs_work_and_nothing_else(lab: Lab, command: tuple[str, ...], tmp_path: Path) -> None:
    lab.begin("nothing")
    assert start(lab, command, tmp_path) == 3
    steps, calm, out = heard(lab), lab.state(), digests(tmp_path)
    seams = [at for at, step in enumerate(steps, 1) if step[0] in ("sync", "rename", "link", "commit")]
    chance = random.Random(len(command))
    for at in sorted(chance.sample(seams, CUTS)):
        lab.begin("nothing")
        for path in tmp_path.rglob("*"):
            if path.is_file():
                path.unlink()
        assert start(lab, command, tmp_path, dies=at) < 0
        disk = Disk()
        for word, *paths in heard(lab):
            disk.step(word, *paths)
        disk.cut(chance)
        log = lab.project / f"{LEDGER}-wal"
        if log.exists():  # of a transaction that did not end
            log.write_bytes(log.read_bytes() + chance.randbytes(5000))
        assert start(lab, command, tmp_path) == 3, at
        now = lab.state()
        assert (now.shared, now.private, now.objects) == (calm.shared, calm.private, calm.objects), at
        assert now.ledger == calm.ledger, at
        assert digests(tmp_path) == out, at
        assert lab.ends(("audit",)).status == 0, at
    assert leftovers(lab.project) == []
