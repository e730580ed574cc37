"""Gather, for each subject, all that must go from its files, out of everything the ledger knows.

Owns: the subject digest, which changes exactly when something is learnt about a subject.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from anonledger.digests import digest
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkStatus
from anonledger.records import Evidence, Link, Person, Recipe, Subject, Table
from anonledger.subjects.names import groups, is_placeholder
from anonledger.subjects.people import row_name


class _Known:
    """The identifiers of one subject, as spelled."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.ids: set[str] = set()

    def learn(self, evidence: Evidence) -> None:
        self.learn_name(evidence.name)
        self.learn_id(evidence.patient_id)
        for name in evidence.other_names:
            self.learn_name(name)
        for number in evidence.other_ids:
            self.learn_id(number)

    def learn_name(self, name: str) -> None:
        self.names |= {group for group in groups(name) if not is_placeholder(group)}

    def learn_id(self, number: str) -> None:
        if not is_placeholder(number):
            self.ids.add(number.strip())


ROW = "row of "  # scope of what was learnt from an accepted row: it stays known though the table changes


def row_evidence(person: Person) -> Evidence:
    """Return what a table that comes without DICOM says of a person."""
    return Evidence(
        patient_id=person.ids[0] if person.ids else "",
        name=person.names[0],
        birth_date=person.birth_dates[0] if person.birth_dates else "",
        sex=person.sex,
    )


def learnt(person: Person, pseudonym: str) -> Evidence:
    """Return what an accepted row adds to what must go from a subject's files; no evidence of who is who."""
    return Evidence(other_names=person.names, other_ids=person.ids, scope=ROW + pseudonym)


def is_learnt(evidence: Evidence) -> bool:
    """Whether evidence only says what must go."""
    return evidence.scope.startswith(ROW)


def recipes(ledger: Ledger, table: Table | None) -> dict[int, Recipe]:
    """Return the recipe of every subject id; a row of the table counts where its link is accepted."""
    known: dict[int, _Known] = defaultdict(_Known)
    for identity in ledger.identities():
        known[identity.subject].learn(identity.evidence)
    if table is not None:
        _learn_rows(known, table, ledger.links(table.digest))
    return {s.id: _recipe(s, known[s.id]) for s in ledger.subjects()}


def recipe_of_all(each: Iterable[Recipe], table: Table | None) -> Recipe:
    """Return the recipe for what belongs to no subject: nobody's identifiers may be in it, nor a row's."""
    everybody = _Known()
    for recipe in each:
        everybody.names.update(recipe.names)
        everybody.ids.update(recipe.ids)
    for row in range(1, len(table.rows) + 1 if table else 1):
        _learn_row(everybody, table, row)
    names, ids = tuple(sorted(everybody.names)), tuple(sorted(everybody.ids))
    return Recipe("", digest("everybody/1", names, ids), names, ids)


def _learn_rows(known: Mapping[int, _Known], table: Table, links: Mapping[int, Link]) -> None:
    for subject, link in links.items():
        if link.status is LinkStatus.ACCEPTED:
            for row in link.rows:
                _learn_row(known[subject], table, row)


def _learn_row(known: _Known, table: Table | None, row: int) -> None:
    if table is not None:
        known.learn_name(row_name(table, row))
        if table.id_column is not None:
            known.learn_id(table.rows[row - 1][table.id_column])


def _recipe(subject: Subject, known: _Known) -> Recipe:
    names, ids = tuple(sorted(known.names)), tuple(sorted(known.ids))
    mark = digest("subject/1", subject.pseudonym, subject.date_shift, names, ids)
    return Recipe(subject.pseudonym, mark, names, ids)
