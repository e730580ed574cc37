"""Verify all that is shared, at any time, by what the ledger knows by now.

Owns: nothing is written; every file of the tree is accounted for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonledger.engine.checking import Check, Checks, Finding, check
from anonledger.engine.policy import policy_of
from anonledger.engine.progress import Progress
from anonledger.engine.project import DEMOGRAPHICS, MISSING, SUMS, Project, locked, project_at
from anonledger.engine.recipes import recipe_of_all, recipes, roster
from anonledger.engine.searching import naming
from anonledger.engine.status import open_for_reading, refuse_without_tree
from anonledger.engine.workers import workers
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Flaw, QuarantineReason
from anonledger.records import Placement, Recipe, Roster
from anonledger.settings import Settings
from anonledger.tree import checksums, holds
from anonledger.tree.surveying import Walk

TOGETHER = 64  # files in one task
TABLES = (DEMOGRAPHICS, MISSING)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found wrong in the tree at ``root``, of how many ``files``.

    ``strange``: files that the program did not place; ``inside``: those of them in the folders of patients.
    """

    root: Path
    files: int
    findings: tuple[Finding, ...]
    strange: int = 0
    inside: int = 0

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What speaks against sharing; a clean file of the user's own does not."""
        return tuple(finding for finding in self.findings if finding.problem is not Flaw.UNPLACED)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger says: the tree, what was placed in it, and who is to be looked for."""

    root: Path
    placed: Sequence[Placement]
    recipes: dict[int, Recipe]
    everybody: Recipe
    roster: Roster
    delimiter: str


def verify(root: Path, output: Path | None, jobs: int, progress: Progress) -> Verified:
    """Hash and search again every file of the shareable tree: ``output``, or that of the last run.

    Raises UsageError when there is no project or no tree, LockedError while a run changes the tree.
    """
    project = project_at(root, output)
    open_for_reading(project).close()
    with locked(project), open_for_reading(project) as ledger, workers(jobs) as crew:
        known = _known(ledger, _tree(ledger, project, output))
        files = _checks(ledger, known)
        starts = range(0, len(files), TOGETHER)
        tasks = (Checks(files[s : s + TOGETHER], known.root, known.everybody, known.roster) for s in starts)
        findings: list[Finding] = []
        progress.begin("Verifying", len(files))
        for task, found in crew.results(check, tasks):
            findings += found
            progress.advance(len(task.files))
        progress.end()
        findings += _table_findings(known)
        pseudonyms = {one.pseudonym for one in ledger.subjects()}
    strange = [one.path.partition("/")[0] for one in files if not one.digest]
    inside = sum(top in pseudonyms for top in strange)
    listed = tuple(sorted(findings, key=lambda one: one.path))
    return Verified(known.root, len(files), listed, len(strange), inside)


def _tree(ledger: Ledger, project: Project, chosen: Path | None) -> Path:
    last = next(iter(ledger.runs(1)), None)
    tree = Path(last.output_root) if last and chosen is None else project.output
    refuse_without_tree(tree)
    return tree


def _known(ledger: Ledger, root: Path) -> _Known:
    table = ledger.latest_table()
    each = recipes(ledger, table)
    return _Known(
        root,
        ledger.placements(str(root)),
        each,
        recipe_of_all(each.values(), table),
        roster(each.values()),
        (table.delimiter or ",") if table else ",",
    )


def _checks(ledger: Ledger, known: _Known) -> tuple[Check, ...]:
    """Return what is to be verified: everything that was placed, and everything else that lies there."""
    subjects = {output.source_digest: output.subject for output in ledger.current_outputs()}
    by_pseudonym = {recipe.pseudonym: recipe for recipe in known.recipes.values()}
    policy = policy_of(Settings(), ledger.decisions())
    placed = {}
    for place in known.placed:
        subject = subjects.get(place.source_digest)
        # What is held back since then has no current output; its folder still says of whom it is.
        recipe = known.recipes.get(subject or 0) or by_pseudonym.get(place.path.split("/")[0])
        waived = policy.waived(place.source_digest)
        placed[place.path] = Check(place.path, place.object_digest, recipe, waived)
    there = Walk(known.root)
    others = (there.files | there.temps) - placed.keys() - {*TABLES, SUMS}
    return (*placed.values(), *(Check(path) for path in sorted(others)))


def _table_findings(known: _Known) -> Iterator[Finding]:
    """Yield what is wrong with the tables beside the images, each searched row by row."""
    contents = {name: (known.root / name).read_bytes() for name in TABLES if (known.root / name).is_file()}
    by_pseudonym = {recipe.pseudonym: recipe for recipe in known.recipes.values()}
    for name, content in contents.items():
        delimiter = known.delimiter if name == DEMOGRAPHICS else ","
        for number in naming(content, delimiter, by_pseudonym, known.roster):
            yield Finding(name, QuarantineReason.IDENTIFIER_IN_FILE, f"line {number}")
    sums = known.root / SUMS
    if not sums.is_file():
        yield Finding(SUMS, Flaw.MISSING)
    elif not holds(sums, checksums(known.placed, contents)):
        yield Finding(SUMS, Flaw.ALTERED)
