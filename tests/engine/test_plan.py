"""What is planned for what the ledger says of a source."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.engine.plan import Basis, batches, make_plan
from anonledger.engine.policy import policy_of
from anonledger.engine.strangers import Strangers
from anonledger.errors import LedgerError
from anonledger.ledger.clerk import Clerk
from anonledger.records import Job, Location, Recipe
from anonledger.settings import Settings
from tests.ledger.makers import RULES, begun, instance, job

TOGETHER, OF_ARCHIVE = 5, 40


def test_an_instance_of_nobody_is_never_carried_as_it_is(tmp_path: Path) -> None:
    with Clerk(tmp_path / "ledger.sqlite3") as clerk:
        run = begun(clerk)
        clerk.examined(run, [instance("a.dcm", "d1")])
        with pytest.raises(LedgerError):
            make_plan(
                clerk.ledger,
                run,
                Basis(RULES, Strangers({}, {}), Recipe("", "everybody"), (), policy_of(Settings(), ())),
            )


def members(count: int, *at: str) -> list[Job]:
    """Return jobs on files of a folder, or on members of the archive that is named."""
    return [
        replace(job(f"{n}"), location=Location("/in", at[0], (*at[1:], f"{n}")))
        if at
        else replace(job(f"{n}"), location=Location("/in", f"{n}"))
        for n in range(count)
    ]


def sizes(jobs: list[Job], places: int) -> list[int]:
    return [len(group) for group in batches(jobs, TOGETHER, OF_ARCHIVE, places)]


def test_a_zip_is_shared_out_among_the_workers_and_a_tar_is_read_in_one_pass() -> None:
    assert sizes(members(30, "a.zip"), 1) == [30]
    assert sizes(members(30, "a.zip"), 2) == [8, 8, 8, 6]
    assert sizes(members(6, "a.zip"), 2) == [5, 1]
    assert sizes(members(30, "a.tar.gz"), 2) == [30]
    assert sizes(members(30, "a.zip", "b.tar.gz"), 2) == [30]
    assert sizes(members(90, "a.zip"), 1) == [40, 40, 10]


def test_the_last_files_are_shared_out_ever_fewer_at_a_time() -> None:
    assert sizes(members(12), 1) == [5, 5, 2]
    assert sizes(members(24), 2) == [5, 5, 4, 3, 2, 2, 1, 1, 1]
    assert sizes(members(3), 2) == [1, 1, 1]
    assert sizes(members(8) + members(10, "a.zip"), 2) == [5, 3, 5, 5]


def test_zips_are_left_whole_where_there_are_enough_of_them() -> None:
    jobs = [one for n in range(10) for one in members(6, f"{n}.zip")]
    assert sizes(jobs, 2) == [6] * 10


@given(
    st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["", "a.zip", "b.zip", "c.tar"])), max_size=6),
    st.integers(1, 9),
)
def test_every_job_is_in_one_batch_in_order_and_no_batch_reads_two_archives(
    runs: list[tuple[int, str]], places: int
) -> None:
    jobs = [one for count, at in runs for one in members(count, *([at] if at else []))]
    groups = list(batches(jobs, TOGETHER, OF_ARCHIVE, places))
    assert [one for group in groups for one in group] == jobs
    for group in groups:
        archives = {one.location.path if one.location.members else None for one in group}
        assert len(archives) == 1
        assert 0 < len(group) <= (TOGETHER if archives == {None} else OF_ARCHIVE)
