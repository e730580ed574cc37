"""Write one table out of the ledger: as it stands, or as it was after an earlier run.

Owns: what names patients is never written below a folder to be shared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonledger.engine.as_of import kept_file, run_as_of
from anonledger.engine.exporting import Exports
from anonledger.engine.filing import SHAREABLE, File, file_of
from anonledger.engine.places import refuse_place
from anonledger.engine.project import Project, project_at
from anonledger.engine.published import Asked, published
from anonledger.engine.recipes import recipes
from anonledger.engine.searching import Known
from anonledger.engine.status import open_for_reading
from anonledger.errors import UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Export
from anonledger.settings import Settings, contrary
from anonledger.subjects.columns import refuse_unknown
from anonledger.tree import hand_out, is_stream

MANIFEST, PROVENANCE = "manifest", "provenance"
BY_NOW = "By what is known now, {count} line(s) of it hold what leads to a patient: it is private."


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. ``as_of``: a run or a date, None for the ledger as it stands."""

    name: str
    output: Path | None = None
    dropped: tuple[str, ...] = ()
    unused_rows: bool = False
    shareable: bool = False
    sidecar: bool = False
    sources: bool = False
    places: bool = False
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the files, none for standard output; ``private``: it must not be shared.

    ``notes``: sentences on what is not as one might think.
    """

    private: bool
    files: tuple[Path, ...]
    notes: tuple[str, ...]


def export(root: Path, order: Order, emit: Callable[[bytes], object]) -> Exported:
    """Write a table to the output of the order, else hand it to ``emit`` in pieces.

    Raises UsageError for what cannot be had, AnonledgerError for what is lost.
    """
    _refuse_contrary(order)
    project = project_at(root)
    with open_for_reading(project) as ledger:
        if order.name in (MANIFEST, PROVENANCE):
            return _listed(project, ledger, order, emit)
        run = run_as_of(ledger, order.as_of) if order.as_of is not None else None
        made, notes = _made(project, ledger, order, _name(order), run)
        files = [made]
        if made.name is Export.PARTICIPANTS and order.output is not None and not is_stream(order.output):
            sidecar, more = _made(project, ledger, order, Export.SIDECAR, run)
            files, notes = [made, sidecar], list(dict.fromkeys([*notes, *more]))
        naming = Known(ledger).lines_naming if made.name in SHAREABLE else lambda *_: 0
        count = sum(naming(one.content, one.delimiter) for one in files)
        private = made.name not in SHAREABLE or count > 0
        notes += [BY_NOW.format(count=count)] if count else []
        if order.output is None:
            emit(made.content)
            return Exported(private, (), tuple(notes))
        places = [order.output, order.output.with_suffix(".json")][: len(files)]
        for place in places:
            refuse_place(project, ledger, place, order.name, private=private)
    for place, one in zip(places, files, strict=True):
        hand_out(place, [one.content], private=private)
    return Exported(private, tuple(places), tuple(notes))


def _listed(project: Project, ledger: Ledger, order: Order, emit: Callable[[bytes], object]) -> Exported:
    """Write the manifest or the provenance, in pieces, for there may be a million files."""
    last = next(iter(ledger.runs(1)), None)
    run = run_as_of(ledger, order.as_of) if order.as_of is not None else last.id if last else 0
    asked = Asked(run, order.name == PROVENANCE, order.sources, order.places)
    with published(project, ledger, asked) as found:
        private = found.private or found.naming > 0
        notes = [*found.notes, *[BY_NOW.format(count=found.naming)] * (found.naming > 0)]
        if order.output is None:
            for piece in found.pieces:
                emit(piece)
            return Exported(private, (), tuple(notes))
        refuse_place(project, ledger, order.output, order.name, private=private)
        hand_out(order.output, found.pieces, private=private)
    return Exported(private, (order.output,), tuple(notes))


def _made(
    project: Project, ledger: Ledger, order: Order, name: Export, run: int | None
) -> tuple[File, list[str]]:
    if run is not None:
        return kept_file(project, ledger, name, run)
    made = file_of(_exports(ledger, order.dropped), name)
    if made is None:
        raise UsageError("No run of this project had a demographics table. Run with -d first.")
    return made, []


def _exports(ledger: Ledger, dropped: Sequence[str]) -> Exports:
    known = recipes(ledger, ledger.latest_table())
    left_out, kept = (_columns_last(ledger, which) for which in ("drop_columns", "keep_columns"))
    if (stored := ledger.latest_table()) is not None:
        refuse_unknown(stored.columns, Settings(drop_columns=tuple(dropped)))
    kept = tuple(column for column in kept if column not in contrary(dropped, kept))
    return Exports(ledger, known, (*left_out, *dropped), kept)


def _columns_last(ledger: Ledger, which: str) -> Sequence[str]:
    """Return the columns that the last run left out, or kept."""
    return next((run.settings.get(which, ()) for run in ledger.runs(1)), ())


def _name(order: Order) -> Export:
    """Return which of the tables is asked for, in which form."""
    match order.name:
        case "missing" if order.shareable:
            return Export.MISSING_SHAREABLE
        case "missing" if order.unused_rows:
            return Export.MISSING_UNUSED
        case "participants" if order.sidecar:
            return Export.SIDECAR
        case _:
            return Export(order.name)


def _refuse_contrary(order: Order) -> None:
    """Raise UsageError for options that do not go with the table, or with each other."""
    name = order.name
    never_private = name in (Export.DEMOGRAPHICS, Export.PARTICIPANTS, PROVENANCE) or not (
        order.sources or order.places or name != MANIFEST
    )
    for option, given, fits in (
        ("--unused-rows", order.unused_rows, name == Export.MISSING and not order.shareable),
        ("--shareable", order.shareable, name == Export.MISSING or never_private),
        ("--sidecar", order.sidecar, name == Export.PARTICIPANTS),
        ("--with-sources", order.sources, name == MANIFEST),
        ("--with-places", order.places, name == MANIFEST),
        ("--drop-column", bool(order.dropped), name in (Export.DEMOGRAPHICS, Export.PARTICIPANTS)),
    ):
        if given and not fits:
            raise UsageError(f"{option} does not go with this table. See `anonledger export --help`.")
    if order.as_of and order.dropped:
        raise UsageError(
            "The table of then was kept with the columns that its run left out, and with no others. "
            "Export it without --drop-column."
        )
    if order.as_of and order.places:
        raise UsageError(
            "Where the sources lay then was not kept, for the ledger follows them. Export it with "
            "--with-sources: their digests are as of then."
        )
    if name == Export.PARTICIPANTS and order.output and order.output.suffix == ".json" and not order.sidecar:
        raise UsageError("The .json beside participants.tsv has that name. Name the .tsv with --output.")
