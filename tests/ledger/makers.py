"""Short ways to say what the tests of the ledger need.

Owns: a made value differs from the next only in what the test says.
"""

from dataclasses import replace
from datetime import UTC, datetime

from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Disposition, QuarantineReason, Reason
from anonledger.records import (
    Evidence,
    Examined,
    Header,
    Job,
    Location,
    Output,
    PlanRow,
    Recipe,
    Rules,
    Table,
    Verdict,
)

RULES = Rules("pseudonymize", 1, "r" * 64, ())
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
ADA = Evidence(patient_id="P1", name="TESTER^ADA", birth_date="19700101", sex="F", other_names=("BORN^ADA",))
BOB = Evidence(patient_id="P2", name="MUSTER^BOB")
TABLE = Table(
    digest="t1",
    source_name="people.csv",
    encoding="utf-8",
    delimiter=";",
    columns=("name", "dose"),
    rows=(("Ada Tester", "1"), ("Bob Muster", "2")),
    name_columns=(0,),
)


def begun(clerk: Clerk) -> int:
    """Begin a run."""
    return clerk.begin(
        started=NOON,
        command="run",
        version="0.1.0",
        rules=RULES,
        output_root="/made/up/out",
        settings={"drop_columns": ["path"]},
    )


def at(path: str, *members: str, root: str = "/made/up/scans") -> Location:
    """Return a location."""
    return Location(root, path, members)


def instance(path: str, digest: str, of: Evidence = ADA, *members: str) -> Examined:
    """Return an examined DICOM instance."""
    header = Header("1.2.840.10008.5.1.4.1.1.2", f"2.25.{digest}", "2.25.1", "2.25.2", of)
    return Examined(at(path, *members), 100, 5, digest, Disposition.INSTANCE, header)


def other(path: str, digest: str) -> Examined:
    """Return an examined file that is not DICOM."""
    return Examined(at(path), 10, 5, digest, Disposition.OTHER)


def trouble(path: str, digest: str, reason: QuarantineReason = QuarantineReason.TRUNCATED) -> Examined:
    """Return a source that the survey could make nothing of."""
    return Examined(at(path), 10, 5, digest, Disposition.TROUBLE, trouble=reason, where="at byte 7")


def job(digest: str, recipe: str = "s1", subject: int | None = None, reason: Reason = Reason.NEW) -> Job:
    """Return a job on a source digest; its digest is made of source and recipe."""
    return Job(
        at("a.dcm"), digest, f"job-{digest}-{recipe}", reason, Recipe("subj_A", f"subject-{recipe}"), subject
    )


def published(clerk: Clerk, run: int, *jobs: Job) -> None:
    """Record that every job gave an object."""
    made = [
        (one, Verdict(one.source_digest, one.job_digest, Output(f"object-{one.job_digest}", 90, "2.25.8")))
        for one in jobs
    ]
    clerk.verdicts(run, made, RULES.digest)


def withheld(clerk: Clerk, run: int, *jobs: Job) -> None:
    """Record that every job ended in quarantine."""
    made = [
        (
            one,
            Verdict(one.source_digest, one.job_digest, trouble=QuarantineReason.RESIDUE, where="(0010,4000)"),
        )
        for one in jobs
    ]
    clerk.verdicts(run, made, RULES.digest)


def only_row(clerk: Clerk, run: int) -> PlanRow:
    """Return the one row of a run's plan."""
    (row,) = clerk.ledger.plan_rows(run)
    return row


def named(evidence: Evidence, name: str) -> Evidence:
    """Return the same evidence under another spelling."""
    return replace(evidence, name=name)
