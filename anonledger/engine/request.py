"""Take in what a user asks a run for, and read and check all of it before anything is written.

Owns: what a user can get wrong is refused while nothing is on record yet.
"""

from dataclasses import dataclass, field
from pathlib import Path

from anonledger.deid.profile import read_rules
from anonledger.engine.cluster import refuse_cluster
from anonledger.engine.project import Project, check_paths, refuse_lost
from anonledger.engine.salt import find_salt
from anonledger.errors import UsageError
from anonledger.records import Rules, Table
from anonledger.settings import Settings
from anonledger.sources.walk import walk


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for. ``command`` is kept in the ledger and must hold no secret.

    ``executor``: the address of a cluster's scheduler, which has the work done instead of ``jobs`` processes.
    ``redone``: pseudonyms, and elements, whose files are done again.
    """

    project: Project
    sources: tuple[Path, ...]
    table: Path | None
    settings: Settings
    salt_file: Path | None = field(default=None, repr=False)
    identifiers: Path | None = field(default=None, repr=False)
    jobs: int = 1
    executor: str = ""
    forced: bool = False
    redone: tuple[str, ...] = ()
    with_unused_rows: bool = False
    command: str = field(default="run", repr=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was checked before anything is written."""

    rules: Rules
    table: Table | None
    terms: tuple[str, ...]
    salt: bytes | None


def prepare(request: Request) -> Prepared:
    """Read and check everything that a user can get wrong. Raises UsageError."""
    if not request.sources and request.table is None:
        raise UsageError(
            "There is nothing to do: name a folder, a zip or a file with DICOM, or a table (-d)."
        )
    if request.executor:
        refuse_cluster(request.executor)
    refuse_lost(request.project)
    check_paths(request.project, request.sources, request.table)
    walk(request.sources)  # raises for a source that is not there, before anything is written
    settings = request.settings
    rules = read_rules(
        settings.profile, settings.remove_tags, settings.keep_tags, without_staff=settings.remove_staff
    )
    table = _table(request)
    terms = _terms(request)
    return Prepared(rules, table, terms, find_salt(request.project, request.salt_file))


# Imported where they are needed: a run that has nothing to do mostly needs none of it.


def _table(request: Request) -> Table | None:
    table = None
    if request.table is not None:
        from anonledger.subjects.tables import read_table

        table = read_table(request.table, request.settings)
    if table is not None or not request.project.exists():
        from anonledger.engine.newcomers import id_column

        id_column(request.settings, table)
    return table


def _terms(request: Request) -> tuple[str, ...]:
    if request.identifiers is None:
        return ()
    from anonledger.subjects.terms import read_terms

    return read_terms(request.identifiers)


def own_paths(request: Request) -> list[Path]:
    """Return the folders and files that are never sources, even where a link leads to them."""
    project = request.project
    given = (request.salt_file, request.identifiers, request.table)
    files = [path for path in given if path is not None]
    return [project.state, project.private, project.output, *files]
