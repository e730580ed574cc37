"""Turn measured costs into the benchmark's tables: medians, what a file costs beyond the start, ratios.

Owns: a figure is told with what it is compared to; what failed or leaks is told beside it.
"""

from dataclasses import dataclass, field
from statistics import median

from tabulate import tabulate

from tests.benchmarks.contenders import HASHED, ONE, TWO
from tests.benchmarks.corpora import ZIPS
from tests.benchmarks.measuring import Cost

GOALS = {"CT": 2.0, "MR": 1.0, "enhanced": 110.0}  # milliseconds of CPU a file, of a whole first run
WALL_OF_TWO = 0.6  # of the time that one process takes
ZIP_OF_FOLDER = 1.3
MEGABYTES = 150


@dataclass(slots=True)
class Sample:
    """What a contender cost on a few files and on many of one kind."""

    few: int
    many: int
    of_few: list[Cost] = field(default_factory=list)
    of_many: list[Cost] = field(default_factory=list)
    leaks: tuple[int, int] = (0, 0)

    def a_file(self, what: str = "cpu") -> float:
        """Return the milliseconds that a file more costs, of "cpu" or "wall"."""
        more = self._median(self.of_many, what) - self._median(self.of_few, what)
        return more / (self.many - self.few) * 1000

    def start(self) -> float:
        """Return the seconds of CPU that are spent before and after all files."""
        return max(0.0, self._median(self.of_few, "cpu") - self.few * self.a_file() / 1000)

    def wall(self) -> float:
        """Return the seconds on the clock of the run on many files."""
        return self._median(self.of_many, "wall")

    def megabytes(self) -> float:
        """Return the most memory that one of its processes had."""
        return max(cost.megabytes for cost in self.of_many)

    def leaked(self) -> str:
        """Return how many of the files that came out hold an identifier, or what is wrong with the run."""
        written, leaks = self.leaks
        if any(cost.status for cost in (*self.of_few, *self.of_many)):
            return "failed"
        lost = f", {self.many - written} missing" if written != self.many else ""
        return f"{leaks} of {written}{lost}"

    @staticmethod
    def _median(costs: list[Cost], what: str) -> float:
        return median(cost.cpu if what == "cpu" else cost.wall for cost in costs)


Figures = dict[str, dict[str, Sample]]  # by kind and contender


def print_kind(kind: str, samples: dict[str, Sample]) -> None:
    """Print a table for one kind of file."""
    floor = samples[HASHED].a_file() if HASHED in samples else 0.0
    head = ["CPU ms a file", "x cp + hash", "start, CPU s", "wall ms a file", "wall s, all", "MB", "leak"]
    rows = [
        [
            name,
            f"{one.a_file():.2f}",
            f"{one.a_file() / floor:.1f}" if floor else "",
            f"{one.start():.2f}",
            f"{one.a_file('wall'):.2f}",
            f"{one.wall():.2f} ({one.many})",
            f"{one.megabytes():.0f}",
            one.leaked(),
        ]
        for name, one in samples.items()
    ]
    print(f"\n{kind}")
    print(tabulate(rows, [f"{len(samples)} ways, in turns", *head], disable_numparse=True), flush=True)


def print_summary(figures: Figures) -> None:
    """Print milliseconds of CPU a file of all kinds in one table, and what the goals say of them."""
    names = list(dict.fromkeys(name for samples in figures.values() for name in samples))
    rows = [
        [name, *(f"{samples[name].a_file():.2f}" if name in samples else "" for samples in figures.values())]
        for name in names
    ]
    print("\nCPU ms a file")
    print(tabulate(rows, ["", *figures], disable_numparse=True))
    print()
    for line in goals(figures):
        print(line)


def goals(figures: Figures) -> list[str]:
    """Return a sentence for each goal that these figures tell about."""
    lines = []
    for kind, goal in GOALS.items():
        if kind in figures:
            cost = figures[kind][ONE].a_file()
            lines.append(f"{_word(cost, goal)}: {kind}, {cost:.2f} ms of CPU a file; goal {goal:.1f}")
    for kind, samples in figures.items():
        ratio = samples[TWO].a_file("wall") / samples[ONE].a_file("wall")
        whole = samples[TWO].wall() / samples[ONE].wall()
        lines.append(
            f"{_word(ratio, WALL_OF_TWO)}: {kind}, two processes take {ratio:.2f} of the time of one "
            f"(start included: {whole:.2f}); goal {WALL_OF_TWO}"
        )
        most = max(samples[ONE].megabytes(), samples[TWO].megabytes())
        lines.append(f"{_word(most, MEGABYTES)}: {kind}, {most:.0f} MB a process; goal {MEGABYTES}")
    for kind, loose in ZIPS.items():
        if {kind, loose} <= figures.keys():
            ratio = figures[kind][ONE].a_file() / figures[loose][ONE].a_file()
            lines.append(
                f"{_word(ratio, ZIP_OF_FOLDER)}: {kind}, {ratio:.2f} of the same folder; goal {ZIP_OF_FOLDER}"
            )
    return lines


def _word(cost: float, goal: float) -> str:
    if cost <= 0:
        return "unsure"  # the machine's moods are larger than what more files cost: measure more of them
    return "met   " if cost <= goal else "MISSED"
