"""Refuse places where a file that the user asks for would take the place of what a project needs.

Owns: no output overwrites the ledger, its key, a source, a published file or another table.
"""

from pathlib import Path

from anonledger.engine.project import DEMOGRAPHICS, MISSING, SUMS, WRITTEN, Project
from anonledger.engine.request import Request
from anonledger.engine.status import lies_below, refuse_shared, shared_folders, ways
from anonledger.errors import UsageError
from anonledger.ledger.queries import Ledger

ELSEWHERE = "Write it somewhere else, such as the private folder."


def refuse_place(project: Project, ledger: Ledger, output: Path, name: str, *, private: bool) -> None:
    """Raise UsageError for a place, by whatever way, where the table ``name`` must not be written.

    A table may take the place of itself, as the last run wrote it.
    """
    trees = shared_folders(project, ledger)
    if private:
        refuse_shared(name, output, trees)
    refuse_own(project, output, name)
    for place in ways(output):
        _refuse_published(ledger, output, place, name, trees)
        for root in map(Path, ledger.source_roots()):
            _refuse_source(project, ledger, output, place, root)


def refuse_log(request: Request, output: Path) -> None:
    """Raise UsageError for a log file that would be written into what a run reads, or what it keeps."""
    project = request.project
    refuse_own(project, output, "log")
    files = (request.table, request.salt_file, request.identifiers)
    given = [path for path in (*request.sources, *files) if path is not None]
    for place in ways(output):
        if any(_is_same(place, path) or lies_below(place, path) for path in given):
            raise UsageError(
                f"The log file {output} is, or lies in, what the run is given to read. Write it elsewhere."
            )
        if lies_below(place, project.output):
            raise UsageError(f"The log file {output} lies in the folder to be shared. Write it elsewhere.")


def refuse_own(project: Project, output: Path, name: str) -> None:
    """Raise UsageError for a place among the project's own files, or that of another private table."""
    for place in ways(output):
        if lies_below(place, project.state):
            raise UsageError(f"{output} lies in {project.state}, which is the program's own. {ELSEWHERE}")
        others = {one for one in WRITTEN if Path(one).stem != name}
        if place.name.casefold() in others and _is_same(place.parent, project.private):
            raise UsageError(
                f"{output} is where runs write another table, which would be lost. Choose another name."
            )


def _refuse_published(ledger: Ledger, output: Path, place: Path, name: str, trees: set[str]) -> None:
    """Raise UsageError for a file that a run placed, or writes anew, in a folder to be shared."""
    for tree in trees:
        top = Path(tree).resolve()
        if not place.is_relative_to(top):
            continue
        path = place.relative_to(top)
        others = {one.casefold() for one in (SUMS, DEMOGRAPHICS, MISSING) if Path(one).stem != name}
        placed = (one.path for one in ledger.placements_below(tree, path.parts[:1]))
        if path.as_posix().casefold() in others or path.as_posix() in placed:
            raise UsageError(
                f"{output} is a file of the dataset to be shared, which would be lost. Choose another name."
            )


def _refuse_source(project: Project, ledger: Ledger, output: Path, place: Path, root: Path) -> None:
    """Raise UsageError for a source, or a place where the next run would take the file for one."""
    top = root.resolve()
    if not lies_below(place, top):
        return
    # The folder of a single source file may hold the project; a folder that is a source may not.
    if not lies_below(project.state, top):
        raise UsageError(
            f"{output} lies in a folder with sources, where the next run would take it for one. {ELSEWHERE}"
        )
    if place.is_relative_to(top) and any(ledger.known_at(str(root), [place.relative_to(top).as_posix()])):
        raise UsageError(f"{output} is a source, which would be lost. {ELSEWHERE}")


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file or folder, there or not."""
    try:
        return one.samefile(other)
    except OSError:
        return one.resolve() == other.resolve()
