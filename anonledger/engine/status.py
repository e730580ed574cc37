"""Answer questions about a project without running anything.

Owns: nothing is written.
"""

from collections.abc import Sequence
from pathlib import Path

from anonledger.engine.project import Project, project_at, refuse_lost
from anonledger.errors import UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, LinkStatus


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


def refuse_without_tree(tree: Path) -> None:
    """Raise UsageError when there is no folder that could have been shared."""
    if not tree.is_dir():
        raise UsageError(
            f"There is no dataset in {tree}. Make it with `anonledger run`, or name its folder with --output."
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
    from anonledger.deid.profile import read_rules  # of all that is answered here, only this takes it

    rules = read_rules(name, removed, kept, without_staff=without_staff).rules
    return [(f"{rule.tag[:4]},{rule.tag[4:]}", rule.keyword, rule.action, rule.why) for rule in rules]


def shared_folders(project: Project, ledger: Ledger) -> set[str]:
    """Return every folder that a run of the project shared."""
    return {str(project.output), *(run.output_root for run in ledger.runs(limit=-1))}


def refuse_shared(name: str, output: Path, trees: set[str]) -> None:
    """Raise UsageError for a place of a private table below a folder to be shared, by whatever way."""
    for tree in trees:
        if lies_below(output, Path(tree)):
            raise UsageError(
                f"{output} lies in a folder to be shared, and the table '{name}' names patients. "
                "Write it somewhere else."
            )


def lies_below(path: Path, folder: Path) -> bool:
    """Tell whether a path is a folder, lies below it or leads there, by whatever way."""
    top = folder.resolve()
    return any(
        place.is_relative_to(top) or any(_is_same(one, top) for one in place.parents) for place in ways(path)
    )


def ways(path: Path) -> tuple[Path, Path]:
    """Return where a file really lies, and its own place, which differs where it is a link."""
    return path.resolve(), path.parent.resolve() / path.name


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one folder, also where upper and lower case are one."""
    try:
        return one.samefile(other)
    except OSError:
        return False
