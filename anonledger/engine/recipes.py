"""Gather, for each subject, all that must go from its files, out of everything the ledger knows.

Owns: the subject digest, which changes exactly when something is learnt about a subject.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from anonledger.digests import digest
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkStatus
from anonledger.records import Evidence, Link, Recipe, Subject, Table
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


def recipes(ledger: Ledger, table: Table | None) -> dict[int, Recipe]:
    """Return the recipe of every subject id; a row of the table counts where its link is accepted."""
    known: dict[int, _Known] = defaultdict(_Known)
    for identity in ledger.identities():
        known[identity.subject].learn(identity.evidence)
    if table is not None:
        _learn_rows(known, table, ledger.links(table.digest))
    return {s.id: _recipe(s, known[s.id]) for s in ledger.subjects()}


def recipe_of_all(each: Iterable[Recipe]) -> Recipe:
    """Return the recipe for what belongs to no subject: nobody's identifiers may be in it."""
    found = list(each)
    names = tuple(sorted({name for recipe in found for name in recipe.names}))
    ids = tuple(sorted({number for recipe in found for number in recipe.ids}))
    return Recipe("", digest("everybody/1", names, ids), names, ids)


def _learn_rows(known: Mapping[int, _Known], table: Table, links: Mapping[int, Link]) -> None:
    for subject, link in links.items():
        if link.status is LinkStatus.ACCEPTED:
            for row in link.rows:
                known[subject].learn_name(row_name(table, row))
                if table.id_column is not None:
                    known[subject].learn_id(table.rows[row - 1][table.id_column])


def _recipe(subject: Subject, known: _Known) -> Recipe:
    names, ids = tuple(sorted(known.names)), tuple(sorted(known.ids))
    mark = digest("subject/1", subject.pseudonym, subject.date_shift, names, ids)
    return Recipe(subject.pseudonym, mark, names, ids)
