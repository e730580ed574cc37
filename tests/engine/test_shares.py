"""A zip that is shared out among workers is told of as if one had looked at all of it."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anonledger.engine import shares
from anonledger.engine.shares import looked_at
from anonledger.engine.worker import Look, look
from anonledger.engine.workers import Workers
from anonledger.outcomes import QuarantineReason
from anonledger.records import Examined
from anonledger.sources.archives import WHOLE, Limits
from anonledger.sources.walk import walk
from tests.factories import instance, zipped

FILES = {f"{n % 3}/{n}.dcm": instance("Doe^Jane", f"A-{n}") for n in range(11)}


class Crew(Workers):
    """Three workers, who are done with a task when it is asked for; ``before`` is called before each."""

    def __init__(self, before: Callable[[Look], object] = lambda task: None) -> None:
        super().__init__(1)
        self.tasks: list[Look] = []
        self._before = before

    def places(self) -> int:
        return 3

    def results(self, function: Callable[..., Any], tasks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for task in tasks:
            self._before(task)
            self.tasks.append(task)
            yield task, function(task)


@pytest.fixture(autouse=True)
def _small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "LEAST", 512)


@pytest.fixture
def at(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in" / "a.zip"


def task(at: Path, **limits: int) -> Look:
    (found,) = walk([at])
    return Look((found,), at.parent.parent, frozenset({"pdf"}), Limits(**limits))


def told(crew: Crew, one: Look) -> list[Examined]:
    ((whole, examined),) = looked_at(crew, [one], one.files[0].size)
    assert whole.share == WHOLE
    return examined


@pytest.mark.parametrize(
    "files",
    [
        FILES,
        dict(list(FILES.items())[:2]),
        {},
        {**FILES, "b.zip": zipped(FILES), "c.pdf": b"no", "d/": b"", "broken.zip": zipped(FILES)[:-70]},
    ],
    ids=["many", "less than shares", "none", "all kinds"],
)
def test_the_same_is_told_of_a_zip_by_many_as_by_one(at: Path, files: dict[str, bytes]) -> None:
    at.write_bytes(zipped(files) + b"\0" * 4000 * (len(files) < 3))
    one, crew = task(at), Crew()
    assert told(crew, one) == look(one)
    assert len(crew.tasks) == 6  # two for each worker


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (zipped(FILES)[:-70], {}),
        (b"no zip" * 999, {}),
        (zipped(FILES), {"max_members": 7}),
        (zipped(FILES), {"max_total_bytes": 6000}),
        (zipped({**FILES, "b.zip": zipped(FILES)}), {"max_total_bytes": 9000}),
    ],
    ids=["cut off", "no zip", "too many", "too large", "too large inside"],
)
def test_what_parts_cannot_tell_is_looked_at_by_one(at: Path, data: bytes, limits: dict[str, int]) -> None:
    at.write_bytes(data)
    one, crew = task(at, **limits), Crew()
    assert told(crew, one) == look(one)
    assert crew.tasks[-1].share == WHOLE


def test_a_zip_that_changes_between_two_parts_is_looked_at_again(at: Path) -> None:
    at.write_bytes(zipped(FILES))
    one = task(at)

    def meddle(part: Look) -> None:
        if part.share.number == 3:
            at.write_bytes(zipped(dict(reversed(FILES.items()))))
            os.utime(at, ns=(1, 1))

    assert told(Crew(meddle), one) == look(one)


def test_a_zip_that_vanishes_between_two_parts_is_told_to_be_gone(at: Path) -> None:
    at.write_bytes(zipped(FILES))
    one = task(at)

    def remove(part: Look) -> None:
        if part.share.number == 3:
            at.unlink()

    seen = told(Crew(remove), one)
    assert [entry.trouble for entry in seen] == [QuarantineReason.UNREADABLE]


def test_nothing_is_shared_where_it_would_not_help(at: Path, tmp_path: Path) -> None:
    at.write_bytes(zipped(FILES))
    one = task(at)
    crew = Crew()
    list(looked_at(crew, [one] * 9, 9 * one.files[0].size))  # each worker has enough of them
    (at.parent / "a.dcm").write_bytes(instance())
    many = walk([at.parent])
    list(looked_at(crew, [Look((found,), tmp_path, frozenset(), Limits()) for found in many][:1], 1))
    assert {task.share for task in crew.tasks} == {WHOLE}
