"""Answer questions about a project without running anything.

Owns: nothing is written but the file that was asked for.
"""

from collections.abc import Sequence
from pathlib import Path

from anonledger.deid.profile import read_rules
from anonledger.engine.exporting import Exports
from anonledger.engine.project import Project, project_at, refuse_lost
from anonledger.engine.recipes import recipes
from anonledger.errors import UsageError
from anonledger.exports.table import ExportTable, to_csv
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, LinkStatus
from anonledger.settings import Settings, contrary
from anonledger.subjects.columns import refuse_unknown
from anonledger.tree import write_file


def open_for_reading(project: Project) -> Ledger:
    """Return the ledger of a project. Raises UsageError when there is none."""
    refuse_without_project(project)
    return Ledger(project.ledger)


def refuse_without_project(project: Project) -> None:
    """Raise UsageError when no run was ever begun there, LedgerError when its ledger is lost."""
    refuse_lost(project)
    if not project.exists():
        raise UsageError(
            f"There is no anonledger project in {project.root}. Begin one with `anonledger run`, "
            "or name its folder with --project."
        )


def status_rows(root: Path) -> list[tuple[str, str]]:
    """Return what the project in a folder holds, as (what, count or text)."""
    with open_for_reading(project_at(root)) as ledger:
        counts = ledger.status()
    last = counts.last_run
    rows = [
        ("subjects", counts.subjects),
        ("instances", counts.instances),
        ("published", counts.outputs),
        ("linked to a row", counts.links.get(LinkStatus.ACCEPTED, 0)),
        ("links to review", counts.links.get(LinkStatus.REVIEW, 0)),
        ("without a row", counts.links.get(LinkStatus.MISSING, 0)),
        ("quarantined", counts.quarantined),
        *((f"sources: {kind}", counts.sources.get(kind, 0)) for kind in Disposition),
    ]
    told = [(what, f"{count}") for what, count in rows]
    if last is not None:
        ended = last.finished.isoformat(timespec="seconds") if last.finished else "never: it was interrupted"
        told += [("last run", str(last.id)), ("began", last.started.isoformat(timespec="seconds"))]
        told += [("ended", ended), ("exit status", "" if last.exit_code is None else str(last.exit_code))]
    return told


def profile_rows(
    name: str, removed: Sequence[str], kept: Sequence[str], *, without_staff: bool = False
) -> list[tuple[str, str, str, str]]:
    """Return the rules of a profile as (gggg,eeee, keyword, action, why)."""
    rules = read_rules(name, removed, kept, without_staff=without_staff).rules
    return [(f"{rule.tag[:4]},{rule.tag[4:]}", rule.keyword, rule.action, rule.why) for rule in rules]


def export(
    root: Path,
    name: str,
    output: Path | None,
    dropped: Sequence[str],
    with_unused_rows: bool,
    shareable: bool,
) -> bytes:
    """Return a table as CSV and write it to ``output``. Raises UsageError for what cannot be had."""
    project = project_at(root)
    with open_for_reading(project) as ledger:
        known = recipes(ledger, ledger.latest_table())
        left_out, kept = (_columns_last(ledger, which) for which in ("drop_columns", "keep_columns"))
        if (stored := ledger.latest_table()) is not None:
            refuse_unknown(stored.columns, Settings(drop_columns=tuple(dropped)))
        kept = tuple(column for column in kept if column not in contrary(dropped, kept))
        exports = Exports(ledger, known, (*left_out, *dropped), kept)
        table = _table(exports, name, with_unused_rows, shareable)
        trees = shared_folders(project, ledger)
    content = to_csv(table)
    if output is not None:
        if table.private:
            refuse_shared(table.name, output, trees)
        write_file(output.absolute().parent, output.name, content, private=table.private)
    return content


def _columns_last(ledger: Ledger, which: str) -> Sequence[str]:
    """Return the columns that the last run left out, or kept."""
    return next((run.settings.get(which, ()) for run in ledger.runs(1)), ())


def _table(exports: Exports, name: str, with_unused_rows: bool, shareable: bool) -> ExportTable:
    match name:
        case "mapping":
            return exports.mapping()
        case "matches":
            return exports.matches()
        case "doubts":
            return exports.doubts()
        case "quarantine":
            return exports.quarantine()
        case "missing":
            return exports.missing_shareable() if shareable else exports.missing_private(with_unused_rows)
        case _:
            table = exports.demographics()
            if table is None:
                raise UsageError("No run of this project had a demographics table. Run with -d first.")
            return table


def shared_folders(project: Project, ledger: Ledger) -> set[str]:
    """Return every folder that a run of the project shared."""
    return {str(project.output), *(run.output_root for run in ledger.runs(limit=1000))}


def refuse_shared(name: str, output: Path, trees: set[str]) -> None:
    """Raise UsageError for a place of a private table below a folder to be shared."""
    target = output.resolve()
    if any(target.is_relative_to(Path(tree).resolve()) for tree in trees):
        raise UsageError(
            f"{output} lies in a folder to be shared, and the table '{name}' names patients. "
            "Write it somewhere else."
        )
