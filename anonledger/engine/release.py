"""Bring the shareable tree and the private tables to what the ledger says.

Owns: the tree follows the ledger, never the other way round.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from anonledger.engine.exporting import Exports
from anonledger.engine.filing import keep
from anonledger.engine.newcomers import SharedError
from anonledger.engine.outcome import Released
from anonledger.engine.project import DEMOGRAPHICS, MISSING, SUMS, Project, make_private
from anonledger.engine.recipes import recipes as recipes_of
from anonledger.engine.shelves import Shelves
from anonledger.errors import AnonledgerError
from anonledger.exports.doubts import doubts
from anonledger.exports.table import ExportTable, to_csv
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Layout
from anonledger.records import Recipe, Touched
from anonledger.store import Store
from anonledger.tree import carry_out, checksums, refuse, survey, write_file, write_pieces


def release(
    clerk: Clerk,
    run: int,
    project: Project,
    store: Store,
    recipes: dict[int, Recipe],
    exports: Exports,
    layout: Layout,
    salt: bytes,
    with_unused_rows: bool,
    touched: Touched | None = None,
) -> Released:
    """Materialize the tree and write every table; ``touched``: as of `Shelves`. Raises StoreError."""
    tree = str(project.output)
    shelves = Shelves(clerk.ledger, project, store, recipes, layout, salt, touched)
    found = shelves.compared()
    refuse(found.taken)
    for change in shelves.changes(found):
        # Killed in between, the next run knows every file of its own.
        clerk.placed(run, tree, change.added, ())
        carry_out(project.output, store.place, change)
        clerk.placed(run, tree, (), change.removed)
    _refuse_damage(found.damaged)
    keep(clerk, run, project, exports)  # before they are written: what was written can be had again
    tables = _write_shareable(clerk.ledger, project, exports)
    _write_private(project, exports, with_unused_rows)
    return Released(found.added, found.removed, found.repaired, tables, found.equal)


def rewrite(clerk: Clerk, run: int, project: Project, gone: Sequence[str]) -> None:
    """Take the folders of pseudonyms out of a tree, and write every table without them; all else stays."""
    tree, ledger = str(project.output), clerk.ledger
    placed = ledger.placements(tree)
    wanted = [place for place in placed if place.path.partition("/")[0] not in gone]
    change = survey(project.output, Store(project.objects).path, wanted, placed)
    carry_out(project.output, Store(project.objects).place, change)
    clerk.placed(run, tree, (), change.removed)
    last = next(iter(ledger.runs(1)), None)
    dropped, kept = (
        last.settings.get(which, ()) if last else () for which in ("drop_columns", "keep_columns")
    )
    exports = Exports(ledger, recipes_of(ledger, ledger.latest_table()), dropped, kept)
    keep(clerk, run, project, exports)
    _write_shareable(ledger, project, exports)
    _write_private(project, exports, with_unused_rows=False)


def to_restore(
    ledger: Ledger, project: Project, store: Store, recipes: dict[int, Recipe], layout: Layout, salt: bytes
) -> int:
    """Return how many files of the tree a run would put back; nothing is touched."""
    return Shelves(ledger, project, store, recipes, layout, salt).compared().repaired


def to_rewrite(project: Project, exports: Exports) -> tuple[str, ...]:
    """Return the tables to be shared that a run would write anew, by their names; nothing is touched."""
    written = {name: (project.output / name, content) for name, content in _shareable(exports).items()}
    return tuple(n for n, (file, content) in written.items() if not _holds(file, content))


def _holds(file: Path, content: bytes) -> bool:
    return file.is_file() and file.read_bytes() == content


def _refuse_damage(damaged: int) -> None:
    if damaged:
        raise AnonledgerError(
            f"{damaged} object(s) in the store are missing or damaged. "
            "Run again with --force to make them anew; sources that are gone have to be there for that."
        )


def _write_shareable(ledger: Ledger, project: Project, exports: Exports) -> int:
    """Write the tables that may be shared; return how many of them changed."""
    files = _shareable(exports)
    written = sum(write_file(project.output, name, content) for name, content in files.items())

    def sums() -> Iterator[bytes]:
        return checksums(ledger.placements_in_order(str(project.output)), files)

    return written + write_pieces(project.output, SUMS, sums)


def _shareable(exports: Exports) -> dict[str, bytes]:
    tables = {MISSING: exports.missing_shareable(), DEMOGRAPHICS: exports.demographics()}
    return {name: to_csv(table) for name, table in tables.items() if table is not None}


def _write_private(project: Project, exports: Exports, with_unused_rows: bool) -> None:
    make_private(project.private)
    tables: list[ExportTable] = [
        exports.mapping(),
        exports.matches(),
        exports.missing_private(with_unused_rows),
        exports.doubts(),
        exports.quarantine(),
    ]
    for table in tables:
        _write(project, table)


@contextmanager
def telling_doubts(project: Project) -> Iterator[None]:
    """Write private/doubts.csv when the run stops at patients who would share a pseudonym."""
    try:
        yield
    except SharedError as error:
        make_private(project.private)
        _write(project, doubts(error.rows))
        told = f"{error.what} Nothing was released. They are listed in private/doubts.csv."
        raise SharedError(told, error.way_out, error.rows) from None


def _write(project: Project, table: ExportTable) -> None:
    write_file(project.private, f"{table.name}.csv", to_csv(table), private=True)
