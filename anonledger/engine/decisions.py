"""Show what is held back, and keep what a person decides on it.

Owns: a decision waives one reason in one spot of one content; what cannot be cleaned is never released.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from anonledger import __version__
from anonledger.engine.project import Project, locked, project_at
from anonledger.engine.status import open_for_reading
from anonledger.errors import UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Decision, ExitCode, QuarantineReason, RunStatus
from anonledger.records import QuarantineRow, Rules

RELEASABLE = frozenset(
    {
        QuarantineReason.BURNED_IN,
        QuarantineReason.ENCAPSULATED,
        QuarantineReason.RESIDUE,
        QuarantineReason.IDENTIFIER_IN_FILE,
        QuarantineReason.IDENTIFIER_IN_NAME,
        QuarantineReason.UNSEARCHABLE,
    }
)
DIRECTORY = (
    "It lists the patients and paths of another set of files. Make a new one of the dataset, or drop it."
)
PACKED = "Nobody could look inside. Unpack it yourself, name that folder as a source, and drop this entry."
BROKEN = (
    "It cannot be cleaned, for its bytes cannot be followed. Mend or replace the file, or drop this entry."
)
UNREAD = "It was not read. See to it that the file can be read and run again, or drop this entry."
FORGOTTEN = "Consent was withdrawn. Remove the file from the sources, or drop this entry."
SPEAKS = (
    "The program no longer knows the name that may stand in it. Take it out of the file, or drop this entry."
)
WHY_NOT = {
    QuarantineReason.WITHDRAWN: FORGOTTEN,
    QuarantineReason.SPEAKS_OF_WITHDRAWN: SPEAKS,
    QuarantineReason.DICOMDIR: DIRECTORY,
    QuarantineReason.ARCHIVE_ENCRYPTED: PACKED,
    QuarantineReason.ARCHIVE_UNREADABLE: PACKED,
    QuarantineReason.ARCHIVE_TOO_LARGE: "Run again with a greater --max-unpacked or --max-ratio.",
    QuarantineReason.ARCHIVE_TOO_DEEP: "Run again with a greater --max-depth.",
    QuarantineReason.NOT_DICOM: BROKEN,
    QuarantineReason.TRUNCATED: BROKEN,
    QuarantineReason.MALFORMED: BROKEN,
    QuarantineReason.UNREADABLE_OUTPUT: BROKEN,
}


def entries(root: Path, everything: bool) -> list[QuarantineRow]:
    """Return what is held back and undecided; with ``everything`` also what was decided or left out."""
    with open_for_reading(project_at(root)) as ledger:
        rows = list(ledger.quarantined(everything=everything))
        if not everything:
            return [row for row in rows if row.decision is None]
        known = {row.id for row in rows}
        decided = [one.quarantine for one in ledger.decisions() if one.quarantine not in known]
        return [*rows, *(_entry(ledger, one) for one in decided)]


def entry_facts(root: Path, one: int) -> list[tuple[str, str]]:
    """Return everything known of an entry as (what, text). Raises UsageError for an id that is none."""
    with open_for_reading(project_at(root)) as ledger:
        row = _entry(ledger, one)
        listed = [r for r in ledger.quarantined(everything=True) if r.id == one] or [row]
        facts = [("id", f"{row.id}")]
        for place in listed:
            facts += [("path", place.path), ("member", place.member)]
        facts += [("sha256", row.digest), ("reason", row.reason), ("where", row.where)]
        facts.append(("held back since", _run(ledger, row.run)))
        if row.resolved is not None:
            facts.append(("held back until", _run(ledger, row.resolved)))
        if row.left_out:
            facts.append(("listed", "no, the settings leave it out"))
        decision = row.decision
        facts.append(("decision", decision.verdict if decision else "none"))
        if decision is not None:
            facts += [("why", decision.why), ("decided", _run(ledger, decision.run))]
    return facts


def decide(root: Path, ids: Sequence[int], verdict: Decision, why: str = "") -> int:
    """Keep a decision on entries of the quarantine; return how many. All or none: raises UsageError."""
    project = project_at(root)
    open_for_reading(project).close()
    with locked(project), Clerk(project.ledger) as clerk:
        for row in [_entry(clerk.ledger, one) for one in ids]:
            _refuse(row, verdict)
        with own_run(clerk, project, f"quarantine {verdict}") as run:
            clerk.decide(run, ids, verdict, why)
    return len(set(ids))


def _entry(ledger: Ledger, one: int) -> QuarantineRow:
    row = ledger.quarantine_row(one)
    if row is None:
        raise UsageError(f"The quarantine has no entry {one}. See `anonledger quarantine list --all`.")
    return row


def _refuse(row: QuarantineRow, verdict: Decision) -> None:
    """Raise UsageError for a decision that cannot be taken on an entry."""
    if verdict is Decision.UNDO:
        if row.decision is None:
            raise UsageError(f"Nothing was decided on entry {row.id}, so there is nothing to undo.")
    elif row.resolved is not None and row.decision is None:
        raise UsageError(f"Entry {row.id} is no longer held back, so there is nothing to decide.")
    elif verdict is Decision.RELEASE and row.reason not in RELEASABLE:
        why = WHY_NOT.get(row.reason, UNREAD)
        raise UsageError(f"Entry {row.id} ({row.reason}) cannot be released. {why}")


@contextmanager
def own_run(clerk: Clerk, project: Project, command: str) -> Iterator[int]:
    """Be a run of its own, all of it or nothing; what later commands ask the last run for stays as it was."""
    with clerk.together(), run_in_steps(clerk, project, command) as run:
        yield run


@contextmanager
def run_in_steps(clerk: Clerk, project: Project, command: str) -> Iterator[int]:
    """Be a run of its own whose steps stand when it is interrupted."""
    last = next(iter(clerk.ledger.runs(1)), None)
    number = clerk.begin(
        started=datetime.now(UTC),
        command=command,
        version=__version__,
        rules=Rules(last.profile, 0, last.rules_digest, ()) if last else Rules("", 0, "", ()),
        output_root=last.output_root if last else str(project.output),
        settings=last.settings if last else {},
    )
    yield number
    clerk.finish(
        number, finished=datetime.now(UTC), status=RunStatus.DONE, exit_code=ExitCode.DONE, counts={}
    )


def _run(ledger: Ledger, number: int) -> str:
    found = ledger.run(number)
    return f"run {number}, {found.started.isoformat(timespec='seconds')}" if found else f"run {number}"
