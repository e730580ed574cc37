"""Gather the evidence of all instances into patients.

Owns: two patient IDs are never one patient on names alone, and a known identity never changes its subject.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from anonledger.folding import fold
from anonledger.records import Cluster, Evidence, Identity
from anonledger.subjects.contradictions import contradictions
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import groups, is_placeholder, is_telling, near_words, usable, words
from anonledger.subjects.sameness import abbreviation, are_two, other_script, tells_a_day, tells_a_person

NAMES_APART = "one patient ID with names that have nothing in common"
NAMELESS = "a patient ID of several patients, without a name"
NO_ISSUER = "a patient ID without issuer, where several issuers use it"
EITHER_SEX = "a name and birth date that patients of both sexes bear"
SEVERAL_NAMESAKES = "a name without patient ID and birth date that several patients bear"
KNOWN_APART = "two known patients that look like one"
NOBODY = "neither a name nor a patient ID that identifies anybody"

Key = TypeVar("Key", bound=Hashable)


def resolve(known: Sequence[Identity], new: Sequence[Evidence]) -> tuple[Cluster, ...]:
    """Return the patients that known and new evidence speaks of; the order of the input does not matter.

    Each distinct evidence is in one cluster; doubts are sentences without identifiers, sorted.
    """
    return _Resolution(_items(known, new)).clusters()


@dataclass(frozen=True, slots=True)
class _Item:
    evidence: Evidence
    names: tuple[str, ...]
    words: frozenset[str]
    birth: str
    sex: str
    patient_id: str
    issuer: str
    subject: int | None

    @property
    def order(self) -> tuple[object, ...]:
        e = self.evidence
        return (e.patient_id, e.issuer, e.name, e.birth_date, e.sex, e.other_names, e.other_ids, e.scope)


def _items(known: Sequence[Identity], new: Sequence[Evidence]) -> list[_Item]:
    subjects: dict[Evidence, int | None] = dict.fromkeys(new)
    for identity in sorted(known, key=lambda k: -k.subject):
        subjects[identity.evidence] = identity.subject
    return sorted((_item(e, subject) for e, subject in subjects.items()), key=lambda item: item.order)


def _item(evidence: Evidence, subject: int | None) -> _Item:
    names = usable(evidence.name)
    sex = fold(evidence.sex.strip())
    return _Item(
        evidence=evidence,
        names=names,
        words=frozenset(w for group in groups(evidence.name) for w in words(group)) if names else frozenset(),
        birth=birth_date(evidence.birth_date),
        sex=sex if sex in {"m", "f"} else "",
        patient_id="" if is_placeholder(evidence.patient_id) else fold(evidence.patient_id.strip()),
        issuer=fold(evidence.issuer.strip()),
        subject=subject,
    )


def _by(positions: Iterable[int], key: Callable[[int], Key]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(list)
    for position in positions:
        found[key(position)].append(position)
    return found


class _Resolution:
    """Sets of items that are one patient (a union-find; each set is called by its first item)."""

    def __init__(self, items: list[_Item]) -> None:
        self.items = items
        self.parents = list(range(len(items)))
        self.doubts: dict[int, set[str]] = defaultdict(set)
        everyone = range(len(items))
        subjects = _by(everyone, lambda i: items[i].subject)
        for subject, same in subjects.items():
            if subject is not None:
                self._unite(same)
        self.ids = self._ids()
        for same in self.ids:
            self._split_id(same)
        self._join_namesakes()
        self._join_undated()
        for scope, same in _by(self._without_id(), lambda i: items[i].evidence.scope).items():
            if scope:
                self._unite(i for i in same if not items[i].names)

    def _root(self, i: int) -> int:
        while self.parents[i] != i:
            self.parents[i] = i = self.parents[self.parents[i]]
        return i

    def _unite(self, positions: Iterable[int]) -> None:
        roots = sorted({self._root(i) for i in positions})
        for root in roots[1:]:
            self.parents[root] = roots[0]

    def _roots(self, positions: Iterable[int]) -> set[int]:
        return {self._root(i) for i in positions}

    def _without_id(self) -> list[int]:
        return [i for i, item in enumerate(self.items) if not item.patient_id]

    def _ids(self) -> list[list[int]]:
        """Return the items of each ID; no issuer equals any issuer when there is but one."""
        found: list[list[int]] = []
        identified = (i for i, item in enumerate(self.items) if item.patient_id)
        for same in _by(identified, lambda i: self.items[i].patient_id).values():
            issuers = _by(same, lambda i: self.items[i].issuer)
            if len(issuers.keys() - {""}) < 2:
                found.append(same)
                continue
            found += issuers.values()
            for i in issuers.get("", ()):
                self.doubts[i].add(NO_ISSUER)
        return found

    def _split_id(self, same: list[int]) -> None:
        """Unite what may be one patient among the items of one ID."""
        items = self.items
        named = [i for i in same if items[i].names]
        by_birth = _by(named, lambda i: items[i].birth)
        by_birth.pop("", None)
        for alike in by_birth.values():
            self._unite(alike)
        self._join_names(named)
        nameless = [i for i in same if not items[i].names]
        patients = self._roots(named)
        if len(patients) < 2:
            self._unite(same)
            return
        for birth, alike in _by(nameless, lambda i: items[i].birth).items():
            fitting = self._roots(by_birth.get(birth, ()))
            self._unite([*alike, *fitting] if len(fitting) == 1 else alike)

    def _join_names(self, named: list[int]) -> None:
        """Unite equal names, names with a telling word in common or nearly so, and initials with theirs."""
        if len(named) < 2:
            return
        items = self.items
        by_name: dict[str, list[int]] = defaultdict(list)
        by_word: dict[str, list[int]] = defaultdict(list)
        for i in named:
            for name in items[i].names:
                by_name[name].append(i)
            for word in filter(is_telling, items[i].words):
                by_word[word].append(i)
        for alike in by_name.values():
            self._unite(alike)
        vocabulary = sorted(by_word)
        for word in vocabulary:
            self._unite_alike(i for near in (word, *near_words(word, vocabulary)) for i in by_word[near])
        self._join_initials(named)

    def _unite_alike(self, positions: Iterable[int]) -> None:
        """Unite items whose names have a word in common, each with the first that it does not contradict."""
        found: dict[tuple[str, frozenset[str]], int] = {}
        for i in positions:
            said = (self.items[i].birth, self.items[i].words)
            home = next((j for other, j in found.items() if not are_two(said, other)), None)
            if home is not None:
                self._unite([i, home])
            found.setdefault(said, i)

    def _join_initials(self, named: list[int]) -> None:
        initials: dict[str, list[int]] = defaultdict(list)
        for i in named:
            for name in self.items[i].names:
                initials["".join(sorted(word[0] for word in name.split()))].append(i)
        short = [(i, key) for i in named if (key := abbreviation(self.items[i].names))]
        shortened = {i for i, _ in short}
        meant = [(i, self._roots(j for j in initials[key] if j not in shortened)) for i, key in short]
        for i, roots in meant:
            if len(roots) == 1:
                self._unite([i, *roots])

    def _join_namesakes(self) -> None:
        """Unite equal names with equal birth dates; without ID, the unknown date equals itself."""
        alike: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, item in enumerate(self.items):
            if item.birth or not item.patient_id:
                for name in item.names:
                    alike[name, item.birth].append(i)
        sexes = self._sexes()
        parts = [
            part for (name, birth), same in alike.items() for part in self._told_apart(same, name, birth)
        ]
        buckets = [_by(part, lambda i: sexes[i]) for part in parts]
        for by_sex in buckets:
            if {"m", "f"} <= by_sex.keys():
                for i in by_sex.pop("", []):
                    self.doubts[i].add(EITHER_SEX)
                for same in by_sex.values():
                    self._unite(same)
            else:
                self._unite(i for same in by_sex.values() for i in same)

    def _told_apart(self, same: list[int], name: str, birth: str) -> Iterable[list[int]]:
        """Return namesakes of one birth date as one, but apart where several IDs share too little."""
        items = self.items
        with_id = self._roots(i for i in same if items[i].patient_id)
        if len(with_id) < 2 or (
            tells_a_person(name)
            and tells_a_day(birth)
            and len({other_script(items[i].names) for i in same} - {frozenset()}) < 2
        ):
            return [same]
        parts = _by(same, lambda i: self._root(i) if self._root(i) in with_id else -1)
        for i in parts.get(-1, ()):
            self.doubts[i].add(SEVERAL_NAMESAKES)
        return parts.values()

    def _sexes(self) -> list[str]:
        """Return the sex of each item, from the rest of its patient if it does not say it."""
        found: dict[int, set[str]] = defaultdict(set)
        for i, item in enumerate(self.items):
            found[self._root(i)].add(item.sex)
        known = {root: "".join(sexes) if len(sexes - {""}) == 1 else "" for root, sexes in found.items()}
        return [item.sex or known[self._root(i)] for i, item in enumerate(self.items)]

    def _join_undated(self) -> None:
        """Give a name without ID and birth date to the only patient that bears it."""
        bearers: dict[str, set[int]] = defaultdict(set)
        for i, item in enumerate(self.items):
            for name in item.names:
                bearers[name].add(self._root(i))
        sexes = self._sexes()
        undated = [i for i in self._without_id() if self.items[i].names and not self.items[i].birth]
        wanted: list[list[int]] = []
        for i in undated:
            meant = {root for name in self.items[i].names for root in bearers[name]} - {self._root(i)}
            if len(meant) > 1:
                self.doubts[i].add(SEVERAL_NAMESAKES)
            elif meant and {sexes[i], *(sexes[root] for root in meant)} != {"m", "f"}:
                wanted.append([i, *meant])
        for pair in wanted:
            self._unite(pair)

    def clusters(self) -> tuple[Cluster, ...]:
        """Return the sets as clusters, in the order of their first evidence."""
        parts: list[tuple[int | None, list[int], bool]] = []
        id_of = {i: number for number, same in enumerate(self.ids) for i in same}
        for same in _by(range(len(self.items)), self._root).values():
            subjects = sorted({s for i in same if (s := self.items[i].subject) is not None})
            if len(subjects) < 2:
                parts.append((next(iter(subjects), None), same, False))
            else:
                parts += [(subject, part, True) for subject, part in self._apart(same, id_of).items()]
        whose = {i: number for number, (_, part, _) in enumerate(parts) for i in part}
        for same in self.ids:
            if len({whose[i] for i in same}) > 1:
                for i in same:
                    self.doubts[i].add(NAMES_APART if self.items[i].names else NAMELESS)
        found = (self._cluster(*part) for part in sorted(parts, key=lambda part: part[1]))
        return tuple(found)

    def _cluster(self, subject: int | None, part: list[int], apart: bool) -> Cluster:
        doubts = {doubt for i in part for doubt in self.doubts[i]} | ({KNOWN_APART} if apart else set())
        if not any(self.items[i].names or self.items[i].patient_id for i in part):
            doubts.add(NOBODY)
        evidence = tuple(self.items[i].evidence for i in part)
        return Cluster(subject, evidence, tuple(sorted({*doubts, *contradictions(evidence)})))

    def _apart(self, same: list[int], id_of: dict[int, int]) -> dict[int, list[int]]:
        """Return a set that holds several known subjects as one part for each of them."""
        marks: dict[int, set[Hashable]] = defaultdict(set)
        for i in same:
            if (subject := self.items[i].subject) is not None:
                marks[subject] |= {id_of.get(i), *((n, self.items[i].birth) for n in self.items[i].names)}
        parts: dict[int, list[int]] = defaultdict(list)
        for i in same:
            item = self.items[i]
            persons = {(name, item.birth) for name in item.names if item.birth}
            nearest = min(
                marks, key=lambda s: (id_of.get(i, -1) not in marks[s], persons.isdisjoint(marks[s]), s)
            )
            parts[nearest if item.subject is None else item.subject].append(i)
        return parts
