"""Forget a patient who withdraws consent: outputs, objects and all that is known of them.

Owns: once begun it is carried to its end, by the next run if need be; every step may be done again.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from anonledger.deid.hunt import hunter_of
from anonledger.deid.scrub import clean_string
from anonledger.deid.verify import verify_text
from anonledger.deid.words import words_in
from anonledger.disk import remove, telling
from anonledger.engine.checking import shown
from anonledger.engine.decisions import run_in_steps
from anonledger.engine.execute import RESIDUES
from anonledger.engine.gate import withdrawn_of
from anonledger.engine.moving import is_there, moved, recognise
from anonledger.engine.project import WRITTEN, Project, locked, project_at
from anonledger.engine.recipes import is_learnt, recipes
from anonledger.engine.redacting import redact
from anonledger.engine.rehearsal import clear_rehearsals
from anonledger.engine.release import rewrite
from anonledger.engine.salt import FACT, NO_SALT, find_salt, fingerprint, refuse_other
from anonledger.engine.status import open_for_reading
from anonledger.engine.strangers import Strangers
from anonledger.errors import UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.forgetting import Eraser
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Correction, LinkStatus, MarkKind
from anonledger.records import Person, Recipe, Subject, Table
from anonledger.store import Store
from anonledger.subjects.corrections import in_force
from anonledger.subjects.names import words
from anonledger.subjects.people import table_people
from anonledger.subjects.rulings import described
from anonledger.subjects.withdrawn import Withdrawn, told_marks, without
from anonledger.tree.surveying import Walk


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is forgotten with a subject: counts. ``absent``: shared folders that are not there now.

    ``strange``: files below the patient's folder that the program did not place; they stay.
    ``own``: files in the private folder that no run wrote, so that nobody takes the patient out of them.
    ``frozen``: published files of others in which the name may stand, and which are not done again.
    """

    files: int
    spellings: int
    instances: int
    rows: int
    frozen: int
    backups: int
    strange: int = 0
    absent: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


def foreseen(root: Path, pseudonym: str) -> Foreseen:
    """Return what would be forgotten; nothing is changed. Raises UsageError."""
    project = project_at(root)
    with open_for_reading(project) as ledger:
        return _foreseen(project, ledger, _subject(project, ledger, pseudonym))


def forget(root: Path, pseudonym: str, salt_file: Path | None = None) -> Foreseen:
    """Forget a subject, and return what there was. Raises UsageError, SaltError, StoreError, LedgerError."""
    project = project_at(root)
    open_for_reading(project).close()
    salt = find_salt(project, salt_file)
    with locked(project), Clerk(project.ledger) as clerk:
        ledger = clerk.ledger
        subject = _subject(project, ledger, pseudonym)
        refuse_other(salt, ledger.fact(FACT))
        if salt is None:
            raise UsageError(NO_SALT)
        with run_in_steps(clerk, project, "forget") as run:
            if ledger.fact(FACT) is None:  # with another one, nobody would be recognised later
                clerk.keep_fact(run, FACT, fingerprint(salt))
            recognise(clerk, run, project)
            found = _foreseen(project, ledger, subject)
            if subject.id not in ledger.forgotten():
                clerk.withdraw(run, subject.id, _marks(ledger, subject, salt))
            finish(clerk, run, project, salt)
    return found


def finish(clerk: Clerk, run: int, project: Project, salt: bytes) -> int:
    """Carry every withdrawal that was begun to its end; return how many."""
    ledger = clerk.ledger
    pending = ledger.forgotten(finished=False)
    folders = _folders(ledger, ledger.forgotten())
    trees = ledger.trees(folders) if folders else frozenset()
    there = {tree for tree in trees if is_there(project, tree)}
    if not pending and not there:
        return 0
    for subject in pending:
        eraser = _eraser(ledger, subject, withdrawn_of(ledger, salt))
        redact(clerk, run, project, _folders(ledger, {subject}), eraser.names)
        clerk.erase(run, subject, eraser)  # the last that is known of the names
    for tree in sorted(there | _latest(project, ledger)):
        rewrite(clerk, run, replace(project, output=Path(tree)), folders)
    clerk.unplace(folders, trees - there)
    store = Store(project.objects)
    store.prune(ledger.objects())
    _remove_copies(project)
    clear_rehearsals(project)
    clerk.scour()
    for subject in pending:
        clerk.forgot(run, subject)
    return len(pending)


def _subject(project: Project, ledger: Ledger, pseudonym: str) -> Subject:
    found = next((one for one in ledger.subjects() if one.pseudonym == pseudonym), None)
    if found is None:
        raise UsageError("No patient has this pseudonym. `anonledger export mapping` lists them all.")
    if found.id in ledger.forgotten(finished=True):
        _refuse_finished(project, ledger, found)
    if found.id not in ledger.known_subjects() and found.id not in ledger.forgotten():
        raise UsageError(
            f"{pseudonym} is nobody's any more: it was merged into another. Name that pseudonym."
        )
    return found


def _refuse_finished(project: Project, ledger: Ledger, one: Subject) -> None:
    """Raise UsageError when nothing of somebody who is forgotten is left that can be removed now."""
    left = ledger.trees(_folders(ledger, {one.id}))
    if not left:
        raise UsageError(f"{one.pseudonym} is forgotten already: nothing is left to remove.")
    if not any(is_there(project, tree) for tree in left):
        raise UsageError(
            f"{one.pseudonym} is forgotten already, but the folder {one.pseudonym} of {min(left)} is left: "
            "that is not there now, or belongs to another project. Run again when it is there, or remove it "
            "yourself."
        )


def _latest(project: Project, ledger: Ledger) -> set[str]:
    """Return the folders whose tables are written anew, whether files of the subject stand there or not."""
    last = next(iter(ledger.runs(1)), None)
    found = {last.output_root} if last and is_there(project, last.output_root) else set()
    return found | ({str(project.output)} & ledger.all_trees())


def _lying(project: Project, ledger: Ledger, folders: Collection[str]) -> tuple[int, int]:
    """Return how many files lie below folders of the datasets that are there: our own, and strange ones."""
    trees = {tree for tree in ledger.trees(folders) if is_there(project, tree)} | {str(project.output)}
    here = {one.path for one in moved(ledger, project)}
    ours = strange = 0
    for tree in trees:
        placed = {one.path for one in ledger.placements_below(tree, folders)}
        known = placed | here if tree == str(project.output) else placed
        files = Walk(Path(tree), folders).files
        ours += len(files & known)
        strange += len(files - known)
    return ours, strange


def _foreseen(project: Project, ledger: Ledger, subject: Subject) -> Foreseen:
    folders = _folders(ledger, {subject.id: subject.pseudonym})
    identities = [one for one in ledger.identities() if one.subject == subject.id]
    files, strange = _lying(project, ledger, folders)
    return Foreseen(
        files=files,
        spellings=sum(not is_learnt(one.evidence) for one in identities),
        instances=ledger.instances_of(one.id for one in identities),
        rows=sum(len(rows) for rows in _rows(ledger, subject.id).values()),
        frozen=len(_spoken_of(ledger, subject.id)),
        backups=len(_copies(project)),
        strange=strange,
        absent=tuple(tree for tree in sorted(ledger.trees(folders)) if not is_there(project, tree)),
        own=_own_tables(project, recipes(ledger, None)[subject.id]),
    )


def _folders(ledger: Ledger, subjects: Iterable[int]) -> tuple[str, ...]:
    """Return the pseudonyms of subjects, and of those who were merged into them."""
    wanted = set(subjects)
    merges = [one for one in in_force(ledger.corrections()) if one.kind is Correction.MERGE]
    for one in reversed(merges):
        if one.subject in wanted:
            wanted.add(one.other)
    return tuple(one.pseudonym for one in ledger.subjects() if one.id in wanted)


def _rows(ledger: Ledger, subject: int) -> dict[str, tuple[int, ...]]:
    """Return the rows that were linked to a subject for certain, by table digest."""
    found = {}
    for digest in ledger.tables():
        one = ledger.links(digest).get(subject)
        if one is not None and one.status is LinkStatus.ACCEPTED:
            found[digest] = one.rows
    return found


def _marks(ledger: Ledger, subject: Subject, salt: bytes) -> set[tuple[MarkKind, str]]:
    """Return by what a subject is recognised from now on."""
    evidence = [one.evidence for one in ledger.identities() if one.subject == subject.id]
    for digest, rows in _rows(ledger, subject.id).items():
        evidence += [described(person) for person in _people(ledger.table(digest), rows)]
    found = told_marks(salt, evidence)
    return found | {(MarkKind.CONTENT, digest) for digest in _spoken_of(ledger, subject.id)}


def _people(table: Table | None, rows: tuple[int, ...]) -> list[Person]:
    return [one for one in table_people(table) if not {*one.rows}.isdisjoint(rows)] if table else []


def _spoken_of(ledger: Ledger, subject: int) -> set[str]:
    """Return the contents of others in which the subject may be named, or that were held back for a name."""
    recipe = recipes(ledger, None)[subject]
    vocabularies = ledger.vocabularies()
    strangers = Strangers({subject: recipe}, vocabularies)
    theirs = {word for name in recipe.names for word in words(name)}
    spoken = {one for one in vocabularies if strangers.named_in(one)}
    found = {row.digest for row in ledger.quarantined(everything=True) if row.reason in RESIDUES}
    for content, vocabulary, owner, name in ledger.contents_with(spoken):
        said = vocabularies[vocabulary] & theirs
        if owner != subject and (not said or said - set(words(name))):
            found.add(content)
    return found - {content for content, _, owner, _ in ledger.contents_with(None) if owner == subject}


def _eraser(ledger: Ledger, subject: int, withdrawn: Withdrawn) -> Eraser:
    recipe = recipes(ledger, None)[subject]
    rows = _rows(ledger, subject)
    telling = frozenset(word for name in recipe.names for word in words_in(name))

    def names(text: str) -> bool:
        if not text or withdrawn.stands_in(text):
            return bool(text)
        return bool(recipe.names or recipe.ids) and not verify_text(text, recipe)

    def emptied(table: Table) -> Table:
        cleaned = _cleaned(table, recipe, telling) if recipe.names or recipe.ids else table
        return without(cleaned, withdrawn, rows.get(table.digest, ()))

    return Eraser(withdrawn.is_of, names, emptied)


def _cleaned(table: Table, recipe: Recipe, telling: frozenset[str]) -> Table:
    """Return a table whose cells about others do not name the subject; names of rows stay."""
    hunter = hunter_of(recipe)

    def cell(position: int, text: str) -> str:
        if position in table.name_columns or not text or telling.isdisjoint(words_in(text)):
            return text
        return clean_string(text, hunter, recipe.pseudonym)

    rows = tuple(tuple(cell(at, text) for at, text in enumerate(row)) for row in table.rows)
    return replace(table, rows=rows)


def _own_tables(project: Project, recipe: Recipe) -> tuple[str, ...]:
    """Return the files in the private folder that no run wrote, without what names the patient in a path."""
    if not project.private.is_dir():
        return ()
    return tuple(shown(path, recipe) for path in sorted(Walk(project.private).files - WRITTEN))


def _copies(project: Project) -> list[Path]:
    folder = project.state / "backups"
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _remove_copies(project: Project) -> None:
    """Remove the backups of the ledger, which know everybody, and pages that were made of it."""
    with telling(project.state):
        for path in (*_copies(project), project.private / "report.html"):
            with suppress(FileNotFoundError):
                remove(path)
