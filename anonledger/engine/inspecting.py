"""Look at a table and at sources before any run, and tell what would be made of them.

Owns: nothing is written but a scratch ledger in a private folder, which is gone in the end.
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from anonledger import __version__
from anonledger.deid.profile import read_rules
from anonledger.engine.appraising import Finding, link_findings, source_findings, table_findings
from anonledger.engine.newcomers import SharedError
from anonledger.engine.outcome import Settled
from anonledger.engine.progress import Progress
from anonledger.engine.project import Project, make_private
from anonledger.engine.resolve import resolve
from anonledger.engine.salt import new_salt
from anonledger.engine.survey import survey
from anonledger.engine.workers import workers
from anonledger.errors import CollisionError, UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.records import Table
from anonledger.settings import NAME_AND_BIRTH_DATE, Settings
from anonledger.sources.walk import walk
from anonledger.subjects.tables import read_table

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".xlsx", ".ods", ".sav", ".zsav"})


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be looked at. ``project`` only says which folders are never sources."""

    table: Path | None = field(repr=False)
    sources: tuple[Path, ...] = field(repr=False)
    project: Project
    settings: Settings
    jobs: int = 1
    with_names: bool = False


def sorted_out(arguments: Iterable[Path], table: Path | None) -> tuple[Path | None, tuple[Path, ...]]:
    """Return the table and the sources among the arguments. Raises UsageError for several tables."""
    tables = [] if table is None else [table]
    sources: list[Path] = []
    for argument in arguments:
        is_table = argument.suffix.lower() in TABLE_SUFFIXES and not argument.is_dir()
        (tables if is_table else sources).append(argument)
    if len(tables) > 1:
        raise UsageError(f"{len(tables)} tables were named. Look at one at a time.")
    if not tables and not sources:
        raise UsageError(
            "There is nothing to look at: name a table, or a folder, a zip or a file with DICOM."
        )
    return (tables[0] if tables else None), tuple(sources)


def inspect(question: Question, progress: Progress) -> tuple[Finding, ...]:
    """Return what is found, in order. Raises UsageError for what cannot be read at all."""
    settings = question.settings
    walk(question.sources)  # raises for a source that is not there
    table = read_table(question.table, settings) if question.table is not None else None
    found: list[Finding] = []
    if table is not None:
        found += table_findings(table, settings, with_names=question.with_names)
    if question.sources:
        found += _of_sources(question, table, progress)
    return tuple(found)


def _of_sources(question: Question, table: Table | None, progress: Progress) -> Sequence[Finding]:
    """Survey the sources and settle who is who, as a run would."""
    with tempfile.TemporaryDirectory(prefix="anonledger-", ignore_cleanup_errors=True) as folder:  # 0700
        scratch = Project(Path(folder), Path(folder) / "none")
        make_private(scratch.scratch)
        with workers(question.jobs) as crew, Clerk(scratch.ledger) as clerk:
            number = _begun(clerk, question.settings)
            survey(
                clerk,
                number,
                question.sources,
                _never(question),
                question.settings,
                scratch.scratch,
                crew,
                progress,
            )
            if table is not None:
                clerk.keep_table(number, table)
            trouble, settled = _settled(clerk, number, question.settings, table)
            found = source_findings(
                clerk.ledger, number, question.settings, settled, with_names=question.with_names
            )
            if settled is not None and table is not None:
                found += link_findings(clerk.ledger, table, settled, with_names=question.with_names)
    return [*found, *trouble]


def _begun(clerk: Clerk, settings: Settings) -> int:
    return clerk.begin(
        started=datetime.now(UTC),
        command="inspect",
        version=__version__,
        rules=read_rules(settings.profile),
        output_root="",
        settings={},
    )


def _never(question: Question) -> list[Path]:
    project = question.project
    own = [project.state, project.private, project.output]
    return own if question.table is None else [*own, question.table]


def _settled(
    clerk: Clerk, run: int, settings: Settings, table: Table | None
) -> tuple[list[Finding], Settled | None]:
    """Return who is who; and, where a run would be refused, why."""
    if not clerk.ledger.has_instances():
        return [], None
    salt = new_salt().encode()
    try:
        return [], resolve(clerk, run, settings, salt, table)
    except SharedError as error:
        otherwise = replace(settings, id_from=NAME_AND_BIRTH_DATE)  # who is who does not depend on it
        return [_end(error)], resolve(clerk, run, otherwise, salt, table)
    except CollisionError as error:
        return [_end(error)], None


def _end(error: CollisionError) -> Finding:
    return Finding("trouble with the sources", str(error), "", "a run would end here")
