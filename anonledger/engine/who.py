"""Tell who stands behind pseudonyms, and put on record that it was asked.

Owns: nobody is named before the event that says so stands in the chain.
"""

from collections.abc import Sequence
from pathlib import Path

from anonledger.engine.decisions import own_run
from anonledger.engine.project import locked, project_at
from anonledger.engine.status import refuse_without_project
from anonledger.errors import UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.history import History
from anonledger.records import Told


def who(root: Path, pseudonyms: Sequence[str]) -> list[tuple[str, Told]]:
    """Return who stands behind each pseudonym. Raises UsageError, and records nothing, if one is nobody's."""
    project = project_at(root)
    refuse_without_project(project)
    with locked(project), Clerk(project.ledger) as clerk, History(project.ledger) as history:
        subjects = {one: _subject(history, one, nth) for nth, one in enumerate(dict.fromkeys(pseudonyms), 1)}
        with own_run(clerk, project, "who") as run:
            for pseudonym, subject in subjects.items():
                clerk.event(run, "re-identified", pseudonym, subject)
        return [(one, told) for one, subject in subjects.items() for told in history.who(subject)]


def _subject(history: History, pseudonym: str, nth: int) -> int:
    found = history.subject(pseudonym)
    if found is None:
        # Not repeated: who mixes things up types a name here.
        raise UsageError(
            f"Nobody has pseudonym number {nth} of those that you gave, so nobody was told and nothing was "
            "recorded. See `anonledger query subject_overview` for all of them."
        )
    return found
