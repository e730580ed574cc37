"""A ledger that has seen everything that the clerk can write, and hands that tamper with it.

Owns: every table has a row, also one that was changed and one that was removed by the program.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import (
    Correction,
    Decision,
    Export,
    LinkMethod,
    LinkStatus,
    MarkKind,
    QuarantineReason,
    Ruling,
    RunStatus,
)
from anonledger.records import Kept, Link, Placement, Ruled
from tests.ledger.makers import (
    ADA,
    BOB,
    NOON,
    TABLE,
    begun,
    instance,
    job,
    named,
    other,
    published,
    trouble,
    withheld,
)

OUT = "/made/up/out"


def lived(path: Path) -> Path:
    """Write a ledger over two runs; return its path."""
    with Clerk(path) as clerk:
        run = begun(clerk)
        clerk.keep_fact(run, "salt", "s1")
        clerk.keep_terms(run, ["Ward Seven", "odd \udce9"])
        batch = [instance("a.dcm", "d1"), instance("b.dcm", "d2", BOB), other("c.nii", "d3")]
        clerk.examined(run, [*batch, trouble("cut.dcm", "d4"), instance("z.zip", "d5", ADA, "in/5")])
        one, two = clerk.add_subjects(run, [("subj_A", "a" * 64), ("subj_B", "b" * 64)])
        clerk.assign(run, [(ADA, one.id), (BOB, two.id), (named(ADA, "ODD\udce9"), one.id)])
        clerk.keep_table(run, TABLE)
        link = Link(one.id, LinkStatus.ACCEPTED, LinkMethod.EXACT, 0.1 + 0.2, (1,), (1,), ("same name",))
        clerk.link(run, TABLE.digest, [(one.id, link)])
        published(clerk, run, job("d1", subject=one.id), job("d3"))
        withheld(clerk, run, job("d2", subject=two.id))
        clerk.rule(run, [Ruled(two.id, Ruling.NONE)])
        clerk.decide(run, [2], Decision.RELEASE, "looked at")
        clerk.placed(run, OUT, [Placement("subj_A/x.dcm", "d1", "object-job-d1-s1", 90)], [])
        clerk.keep_exports(run, [Kept(0, Export.MAPPING, ",", "b" * 64, 90, run)])
        clerk.finish(run, finished=NOON, status=RunStatus.DONE, exit_code=3, counts={"new": 2})
        grown(clerk, one.id, two.id)
    return path


def grown(clerk: Clerk, first: int, subject: int) -> None:
    """Add a second run: a source is unchanged, a member is gone, a file is placed anew, people decide."""
    run = begun(clerk)
    clerk.seen(run, [1, 2, 3])
    clerk.forget_members(run, "/made/up/scans", "z.zip")
    published(clerk, run, job("d2", subject=subject))
    clerk.leave_out(run, [QuarantineReason.TRUNCATED])
    clerk.placed(run, OUT, [Placement("subj_A/x.dcm", "d1", "object-new", 91)], [])
    clerk.liken(run, [(subject, Link(subject, LinkStatus.REVIEW, LinkMethod.FUZZY, 0.9, (), (first,)))])
    clerk.correct(run, Correction.APART, subject, first)
    clerk.withdraw(run, first, [(MarkKind.CONTENT, "d9")])
    clerk.event(run, "note", "looked at by hand")
    clerk.finish(run, finished=NOON, status=RunStatus.DONE, exit_code=0, counts={})


def by_hand(path: Path, *statements: str) -> None:
    """Do something to the file as somebody with a shell of SQLite would."""
    with closing(sqlite3.connect(path)) as raw, raw:
        for statement in statements:
            assert raw.execute(statement).rowcount, statement


def asked(path: Path, ask: Callable[[sqlite3.Connection], list[str]]) -> list[str]:
    """Return what the file says."""
    with closing(sqlite3.connect(path)) as raw:
        return ask(raw)
