"""Gather, for each subject, all that must go from its files, out of everything the ledger knows.

Owns: the subject digest, which changes exactly when something is learnt about a subject.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from anonledger.digests import Part, digest
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkStatus
from anonledger.records import Evidence, Link, Person, Recipe, Roster, Stranger, Subject, Table
from anonledger.subjects.names import groups, is_placeholder, words
from anonledger.subjects.people import row_further_names, row_identifiers, row_name


class _Known:
    """The identifiers of one subject, as spelled."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.alone: set[str] = set()
        self.ids: set[str] = set()

    def learn(self, evidence: Evidence) -> None:
        self.learn_name(evidence.name)
        self.learn_id(evidence.patient_id)
        for name in evidence.other_names:
            (self.learn_further if is_further(evidence) else self.learn_name)(name)
        for number in evidence.other_ids:
            self.learn_id(number)

    def learn_name(self, name: str) -> None:
        self.names |= {group for group in groups(name) if not is_placeholder(group)}

    def learn_further(self, name: str) -> None:
        """Learn a name that is not the own one: a word of it alone may be anybody's given name."""
        if len(words(name)) > 1:
            self.learn_name(name)
        elif not is_placeholder(name):
            self.alone.add(name.strip())

    def learn_id(self, number: str) -> None:
        if not is_placeholder(number):
            self.ids.add(number.strip())


# Scopes of what was learnt from an accepted row: it stays known though the table changes.
ROW, FURTHER = "row of ", "further names of "


def row_evidence(person: Person) -> Evidence:
    """Return what a table that comes without DICOM says of a person."""
    return Evidence(
        patient_id=person.ids[0] if person.ids else "",
        name=person.names[0],
        birth_date=person.birth_dates[0] if person.birth_dates else "",
        sex=person.sex,
        other_ids=person.further_ids,
    )


def learnt(person: Person, pseudonym: str) -> Iterator[Evidence]:
    """Yield what an accepted row adds to what must go from a subject's files; no evidence of who is who."""
    numbers = tuple(sorted({*person.ids, *person.further_ids}))
    yield Evidence(other_names=person.names, other_ids=numbers, scope=ROW + pseudonym)
    yield from learnt_names(person, pseudonym)


def learnt_names(person: Person, pseudonym: str) -> Iterator[Evidence]:
    """Yield the further names of a row, if it has any, as evidence of what must go."""
    if person.further_names:
        yield Evidence(other_names=person.further_names, scope=FURTHER + pseudonym)


def is_learnt(evidence: Evidence) -> bool:
    """Whether evidence only says what must go."""
    return evidence.scope.startswith((ROW, FURTHER))


def is_further(evidence: Evidence) -> bool:
    """Whether evidence is of names that somebody has beside the own one, such as the mother's."""
    return evidence.scope.startswith(FURTHER)


def recipes(ledger: Ledger, table: Table | None) -> dict[int, Recipe]:
    """Return the recipe of every subject id; a row of the table counts where its link is accepted."""
    known: dict[int, _Known] = defaultdict(_Known)
    for identity in ledger.identities():
        known[identity.subject].learn(identity.evidence)
    if table is not None:
        _learn_rows(known, table, ledger.links(table.digest))
    terms = ledger.terms()
    return {s.id: _recipe(s, known[s.id], terms) for s in ledger.subjects()}


def recipe_of_all(each: Iterable[Recipe], table: Table | None) -> Recipe:
    """Return the recipe for what belongs to no subject: nobody's identifiers may be in it, nor a row's."""
    everybody = _Known()
    terms: set[str] = set()
    for recipe in each:
        everybody.names.update(recipe.full_names)
        everybody.ids.update(recipe.ids)
        terms.update(recipe.terms)
    for row in range(1, len(table.rows) + 1 if table else 1):
        _learn_row(everybody, table, row)
    names, ids, phrases = (tuple(sorted(found)) for found in (everybody.names, everybody.ids, terms))
    return Recipe("", digest("everybody/1", names, ids, phrases), names, ids, phrases)


def roster(recipes: Iterable[Recipe]) -> Roster:
    """Return all subjects, whose full names are hunted in every file."""
    everybody = tuple(sorted((_stranger(r) for r in recipes if r.full_names), key=lambda s: s.pseudonym))
    return Roster(digest("roster/1", [_fields(stranger) for stranger in everybody]), everybody)


def among_strangers(recipe: Recipe, strangers: Iterable[Recipe]) -> Recipe:
    """Return the recipe for a file that may speak of other subjects as well."""
    others = tuple(sorted(map(_stranger, strangers), key=lambda s: s.pseudonym))
    if not others:
        return recipe
    mark = digest("among strangers/1", recipe.digest, [_fields(stranger) for stranger in others])
    return replace(recipe, digest=mark, strangers=others)


def _stranger(recipe: Recipe) -> Stranger:
    return Stranger(recipe.pseudonym, recipe.full_names, recipe.ids)


def _fields(stranger: Stranger) -> tuple[Part, ...]:
    return stranger.pseudonym, stranger.names, stranger.ids


def _learn_rows(known: Mapping[int, _Known], table: Table, links: Mapping[int, Link]) -> None:
    for subject, link in links.items():
        if link.status is LinkStatus.ACCEPTED:
            for row in link.rows:
                _learn_row(known[subject], table, row)


def _learn_row(known: _Known, table: Table | None, row: int) -> None:
    if table is not None:
        known.learn_name(row_name(table, row))
        for name in row_further_names(table, row):
            known.learn_further(name)
        for number in row_identifiers(table, row):
            known.learn_id(number)


def _recipe(subject: Subject, known: _Known, terms: tuple[str, ...]) -> Recipe:
    names, ids = tuple(sorted(known.names | known.alone)), tuple(sorted(known.ids))
    said: tuple[Part, ...] = (subject.pseudonym, subject.date_shift, names, ids)
    mark = digest("subject/1", *said, terms) if terms else digest("subject/1", *said)
    return Recipe(subject.pseudonym, mark, names, ids, terms, alone=tuple(sorted(known.alone - known.names)))
