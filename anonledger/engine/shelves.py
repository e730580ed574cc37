"""Compare the shareable tree with the ledger, some folders at a time.

Owns: of however many files, those of a few subjects are in memory; all are compared before any changes.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from anonledger.disk import telling
from anonledger.engine.layout import placements
from anonledger.engine.project import Project
from anonledger.engine.recipes import recipe_of_all
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Layout
from anonledger.records import Recipe, Touched
from anonledger.store import Store
from anonledger.tree import TreeChange, compare, stands
from anonledger.tree.naming import OTHER

TOGETHER = 5000  # files


@dataclass(slots=True)
class Shelf:
    """Some folders right below the tree's root, and whose outputs belong there; ``nobodys`` are of nobody."""

    tops: set[str] = field(default_factory=set)
    subjects: set[int] = field(default_factory=set)
    nobodys: bool = False
    count: int = 0

    def add(self, other: "Shelf") -> None:
        """Take the folders of another."""
        self.tops |= other.tops
        self.subjects |= other.subjects
        self.nobodys |= other.nobodys
        self.count += other.count


@dataclass(slots=True)
class Compared:
    """What all shelves come to, as counts; ``equal`` outputs stand nowhere; ``differing`` are to change.

    ``wanted``: how many files belong there; ``last``: the shelf that was looked at last, and how it has to
    change.
    """

    added: int = 0
    removed: int = 0
    repaired: int = 0
    damaged: int = 0
    equal: int = 0
    wanted: int = 0
    taken: list[str] = field(default_factory=list)
    differing: list[Shelf] = field(default_factory=list)
    last: tuple[Shelf, TreeChange] | None = None

    def count(self, shelf: Shelf, equal: int, change: TreeChange) -> None:
        """Count what is to change on a shelf."""
        self.added += len(change.place) - change.repaired
        self.removed += len(change.removed)
        self.repaired += change.repaired
        self.damaged += len(change.damaged)
        self.equal += equal
        self.wanted += change.kept + len(change.place) + len(change.damaged) + len(change.taken)
        self.taken += change.taken
        self.last = shelf, change
        if change.place or change.discard or change.added or change.removed:
            self.differing.append(shelf)


class Shelves:
    """The shareable tree of a project, as the ledger says that it should be."""

    def __init__(
        self,
        ledger: Ledger,
        project: Project,
        store: Store,
        recipes: Mapping[int, Recipe],
        layout: Layout,
        salt: bytes,
        touched: Touched | None = None,
    ) -> None:
        """Look at nothing yet.

        ``touched``: all that was written since every file stood as it is wanted, None if that is unknown.
        """
        self._ledger, self._project, self._store = ledger, project, store
        self._recipes, self._layout, self._salt = recipes, layout, salt
        mirrors = layout is Layout.MIRROR
        self._everybody = recipe_of_all(recipes.values(), ledger.latest_table()) if mirrors else None
        self._touched = None if mirrors else touched  # a mirrored name goes by what is known of everybody

    def compared(self) -> Compared:
        """Return what differs; nothing is touched."""
        found = Compared()
        settled = {} if self._touched is None else self._settled(self._touched)
        for shelf in self._all(settled.keys()):
            found.count(shelf, *self._change(shelf))
        if settled:
            found.wanted += sum(settled.values())
            found.equal = self._ledger.published() - len(self._replaced) - found.wanted
        return found

    def changes(self, found: Compared) -> Iterator[TreeChange]:
        """Yield how the shelves that differ have to change, each as it is when it is come to."""
        if found.last and found.differing == [found.last[0]]:  # it was looked at just now
            yield found.last[1]
            return
        for shelf in found.differing:
            yield self._change(shelf)[1]

    def _change(self, shelf: Shelf) -> tuple[int, TreeChange]:
        """Return how many outputs of a shelf stand nowhere, and how it has to change."""
        outputs = self._ledger.outputs_of(
            shelf.subjects, shelf.nobodys, with_places=shelf.nobodys or self._everybody is not None
        )
        placed = self._ledger.placements_below(str(self._project.output), shelf.tops)
        current = (output for output in outputs if output.source_digest not in self._replaced)
        wanted, equal = placements(current, placed, self._recipes, self._everybody, self._salt)
        change = compare(self._project.output, self._store.place, wanted, placed, shelf.tops)
        return equal, change

    @cached_property
    def _replaced(self) -> frozenset[str]:
        return self._ledger.gone_and_replaced()[1]

    def _settled(self, touched: Touched) -> dict[str, int]:
        """Return the folders that are wanted as they were placed and stand so, with how many files they hold.

        They are of subjects of whom nothing was written: neither outputs nor what takes the place of one.
        """
        root = self._project.output
        moved = touched.subjects | self._ledger.subjects_of_outputs(touched.contents | self._replaced)
        counts = self._ledger.output_counts()
        still = {name for subject, name, _ in counts if subject is not None and subject not in moved}
        names = {name for _, name, _ in counts} | self._ledger.top_folders(str(root)) | self._lying()
        alike = Counter(name.casefold() for name in names)
        still = {name for name in still - touched.tops if alike[name.casefold()] == 1}
        settled = {}
        for top, files in groupby(self._ledger.standing(str(root)), lambda one: one[0].partition("/")[0]):
            if top in still:
                here = list(files)
                if stands(root, self._store.place, here, {top}):
                    settled[top] = len(here)
        return settled

    def _all(self, settled: Collection[str]) -> Iterator[Shelf]:
        """Yield all shelves but those that are settled; names that only case tells apart are on one."""
        by_name: dict[str, Shelf] = defaultdict(Shelf)
        for subject, pseudonym, count in self._ledger.output_counts():
            top = OTHER if subject is None else pseudonym
            by_name[top.casefold()].add(
                Shelf({top}, set() if subject is None else {subject}, subject is None, count)
            )
        for top in self._ledger.top_folders(str(self._project.output)) | self._lying():
            by_name[top.casefold()].tops.add(top)
        together = Shelf()
        for _, shelf in sorted(by_name.items()):
            if not shelf.tops.isdisjoint(settled):
                continue
            if together.tops and together.count + shelf.count > TOGETHER:
                yield together
                together = Shelf()
            together.add(shelf)
        if together.tops:
            yield together

    def _lying(self) -> set[str]:
        root = self._project.output
        with telling(root):
            return set(os.listdir(root)) if root.is_dir() else set()  # noqa: PTH208, only names are wanted
