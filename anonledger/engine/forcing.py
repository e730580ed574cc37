"""Find out what is done again though nothing changed: everything, a patient's files, those with an element.

Owns: what a user names is a patient, an element or a source, or it is refused.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from anonledger.deid.holding import holds
from anonledger.deid.profile import tag_of
from anonledger.engine.limits import limits_of
from anonledger.engine.project import Project
from anonledger.errors import UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, QuarantineReason
from anonledger.records import PlanRow
from anonledger.settings import Settings
from anonledger.sources.reader import Reader

Forced = Callable[[PlanRow], bool]


def nothing(_row: PlanRow) -> bool:
    """Force nothing."""
    return False


def told_apart(project: Project, named: Iterable[str]) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    """Return what --force names as (patients and elements, sources); "" stands for everything.

    Raises UsageError for what is none of them.
    """
    wanted = [text for text in named if text]
    if not wanted:
        return (), ()
    known: frozenset[str] = frozenset()
    if project.exists():
        with Ledger(project.ledger) as ledger:
            known = frozenset(subject.pseudonym for subject in ledger.subjects())
    sources = tuple(Path(text) for text in wanted if text not in known and Path(text).exists())
    others = tuple(text for text in wanted if text in known or not Path(text).exists())
    for text in others:
        if text not in known and _tag(text) is None:
            raise UsageError(
                "--force takes a pseudonym or an element (a DICOM keyword or gggg,eeee), and one that was "
                "given is neither, nor a source. Give --force alone to do everything again."
            )
    return others, sources


def forcing(
    ledger: Ledger, everything: bool, named: Iterable[str], settings: Settings, scratch: Path
) -> Forced:
    """Return what tells which contents are done again; ``named`` are pseudonyms and elements."""
    if everything:
        return lambda _row: True
    ids = {subject.pseudonym: subject.id for subject in ledger.subjects()}
    subjects = {ids[text] for text in named if text in ids}
    tags = {tag for text in named if text not in ids and (tag := _tag(text)) is not None}
    if not subjects and not tags:
        return nothing

    def is_forced(row: PlanRow) -> bool:
        if row.subject in subjects:
            return True
        return bool(tags) and row.disposition is Disposition.INSTANCE and _holds(row, tags, settings, scratch)

    return is_forced


def _holds(row: PlanRow, tags: set[int], settings: Settings, scratch: Path) -> bool:
    with Reader(scratch, limits_of(settings)) as reader:
        data = reader.read(row.location)
        return not isinstance(data, QuarantineReason) and holds(data, tags)


def _tag(text: str) -> int | None:
    try:
        return int(tag_of(text)[0], 16)
    except UsageError:
        return None
