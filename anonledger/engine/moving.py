"""Recognise the files of a dataset that lie where none is on record: their project was moved or copied.

Owns: a file is the program's own only where path and bytes are those of one that it placed.
"""

from pathlib import Path

from anonledger.engine.project import STATE, Project
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.records import Placement
from anonledger.store import Store
from anonledger.tree import recognised

LEDGER = Path(STATE) / "ledger.sqlite3"


def recognise(clerk: Clerk, run: int, project: Project) -> int:
    """Put on record what lies in the output folder as it was placed elsewhere; return how many files.

    Raises StoreError, LedgerError.
    """
    found = moved(clerk.ledger, project)
    if found:
        clerk.placed(run, str(project.output), found, ())
    return len(found)


def moved(ledger: Ledger, project: Project) -> tuple[Placement, ...]:
    """Return the files that lie in the output folder as they were placed elsewhere, if none is on record."""
    here = str(project.output)
    trees = ledger.all_trees() - {here}
    if not trees or ledger.top_folders(here):
        return ()
    placed = (one for tree in sorted(trees) for one in ledger.placements_in_order(tree))
    return tuple(recognised(project.output, Store(project.objects).place, placed))


def is_there(project: Project, tree: str) -> bool:
    """Whether a folder that was shared is there, and not another project's by now."""
    folder = Path(tree)
    if not folder.is_dir():
        return False
    home = folder.parent
    return not (home / LEDGER).exists() or (project.ledger.exists() and home.samefile(project.root))
