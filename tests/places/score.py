"""Print the scoreboard: ``python -m tests.places.score [--all] [--only WORDS] [--keep FOLDER]``.

Owns: the same places and verdicts as the tests.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.places.catalogue import PLACES
from tests.places.checker import Finding, Verdict
from tests.places.place import Place
from tests.places.stage import SEED, accepted, whole


def main() -> None:
    """Run the program and print what came out of each group, or of each place."""
    parser = argparse.ArgumentParser(prog="python -m tests.places.score")
    parser.add_argument("--all", action="store_true", help="print each place too; ! marks what falls short")
    parser.add_argument("--only", default="", help="places with these words in group or title")
    parser.add_argument("--seed", type=int, default=SEED, help="other people")
    parser.add_argument("--keep", type=Path, help="empty folder for the trees and projects, to look at")
    given = parser.parse_args()
    places = [p for p in PLACES if given.only.lower() in f"{p.group} / {p.title}".lower()]
    with tempfile.TemporaryDirectory() as folder:
        findings = whole(given.keep or Path(folder), given.seed, places)
    lines = by_group(findings, places) + (by_place(findings, places) if given.all else [])
    sys.stdout.write("\n".join(lines) + "\n")


def by_group(findings: dict[str, Finding], places: Sequence[Place]) -> list[str]:
    """Return a table of the groups in Markdown."""
    lines = [
        "| Group | Places | Clean | Held back | Leaks | Over-scrubs | Lost |",
        "|---|---|---|---|---|---|---|",
    ]
    for group in dict.fromkeys(place.group for place in places):
        count = Counter(findings[p.title].verdict for p in places if p.group == group)
        good = count[Verdict.CLEAN] + count[Verdict.DROPPED]
        cells = (
            count.total(),
            good,
            *(count[v] for v in (Verdict.HELD, Verdict.LEAK, Verdict.DAMAGED, Verdict.LOST)),
        )
        lines.append(f"| {group} | {' | '.join(map(str, cells))} |")
    return lines


def by_place(findings: dict[str, Finding], places: Sequence[Place]) -> list[str]:
    """Return a line for each place, those that fall short marked."""
    lines = []
    for place in places:
        found = findings[place.title]
        mark = " " if found.verdict in accepted(place) else "!"
        flags = " ".join(f for f in ("may_hold", "stretch", "more") if getattr(place, f))
        lines.append(f"{mark} {place.group} / {place.title} [{flags}]: {found.verdict} {found.evidence}")
    return lines


if __name__ == "__main__":
    main()
