"""Kill the program at random instants, run it again until it is done, and compare with an undisturbed run.

``python -m tests.survive.kills --times 200 --seed 7 --over run`` kills a first run 200 times (``--over`` can
be given again: run, growth, export, upgrade, release; default all), and once in front of each transaction's
end. It prints what was killed and what did not come out right, and ends with 1 if anything did not.
Half of the instants are in time, and the others are in front of a step that touches the disk.
Owns: an instant is drawn from a seed and spread evenly over the run; nothing that is killed lingers.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stage import Done, Stage
from tests.survive.study import LEDGER, STATE, TEMP, Snapshot, halves, ledger_rows, make, snapshot

OLD = Path(__file__).parents[1] / "ledger" / "ledgers" / "0001.sqlite3"
FIRST = ("run", "in/dicom", "-d", "in/one.csv")
SECOND = ("run", "in/dicom", "in/more", "-d", "in/two.csv")
RELEASE = ("quarantine", "release", "{risky}", "--why", "nothing is to be seen")
EXPORT = ("export", "mapping", "-o", "project/private/mapping-copy.csv")
DONE = (0, 3, 4)  # 3: the study has a file that is cut
PATIENCE = 30.0  # seconds that a process whose parent was killed may take to notice


@dataclass(frozen=True)
class Scenario:
    """What is killed: commands, of which the first is; it begins with a project of the name ``start``."""

    commands: tuple[tuple[str, ...], ...]
    start: str


SCENARIOS = {
    "run": Scenario((FIRST,), "nothing"),
    "growth": Scenario((SECOND,), "month"),
    "export": Scenario((EXPORT,), "month"),
    "upgrade": Scenario((("ledger", "upgrade"),), "old"),
    "release": Scenario((RELEASE, FIRST), "month"),
}


class Lab:
    """A folder in which projects begin, are killed and are compared."""

    def __init__(self, base: Path, stage: Stage) -> None:
        """Make the sources, and the projects to begin with."""
        self.base, self.stage, self.project = base, stage, base / "project"
        make(base / "in")
        (base / "nothing").mkdir()
        (base / "old" / STATE).mkdir(parents=True)
        shutil.copy(OLD, base / "old" / LEDGER)
        self.ends(FIRST)
        listed = self.said("quarantine", "--format", "csv").splitlines()
        (self.risky,) = (line.split(",")[0] for line in listed if "risky.dcm" in line)
        (self.project / "private" / "mapping-copy.csv").write_text("what lay there before\n")
        subprocess.run(["cp", "-a", self.project, base / "month"], check=True)

    def begin(self, start: str) -> None:
        """Put a project to begin with in its place: to the ledger, a project is where it lies."""
        shutil.rmtree(self.project, ignore_errors=True)
        subprocess.run(["cp", "-a", self.base / start, self.project], check=True)

    def ends(self, command: Sequence[str], jobs: int = 1) -> Done:
        """Run a command to its end."""
        return self.stage.run(*self._filled(command, jobs), cwd=self.base)

    def said(self, *command: str) -> str:
        """Return what a command says that has to be done."""
        done = self.ends(command)
        assert done.status in DONE, done
        return done.said

    def starts(self, command: Sequence[str], jobs: int, **more: Any) -> int:
        """Start a command; return its process id."""
        return self.stage.start(*self._filled(command, jobs), cwd=self.base, **more)

    def steps(self, command: Sequence[str]) -> list[str]:
        """Run a command to its end; return how it touched the disk, step by step."""
        heard = self.base / "heard"
        self.stage.wait(self.starts(command, 1, heard=str(heard)), self.base)
        return [line.split("\t")[0] for line in heard.read_text().splitlines()]

    def state(self) -> Snapshot:
        """Return what the project has come to; of one that has but a ledger, that."""
        return snapshot(self.project)

    def _filled(self, command: Sequence[str], jobs: int) -> list[str]:
        risky = getattr(self, "risky", "")
        more = ["-j", str(jobs)] if command[0] == "run" else []
        return [*(word.format(risky=risky) for word in command), "--project", "project", *more]


class Trials:
    """Kills of one scenario."""

    def __init__(self, lab: Lab, name: str, chance: random.Random) -> None:
        """Learn what comes out, and how long it takes, when nothing is killed."""
        self.lab, self.scenario, self.chance = lab, SCENARIOS[name], chance
        self.wrong: list[str] = []
        self.kills = self.late = 0
        lab.begin(self.scenario.start)
        has_ledger = (lab.project / LEDGER).exists() and self.scenario.start == "month"
        self.before = lab.state() if has_ledger else None
        self.takes: dict[int, float] = {}
        for jobs in (2, 1):
            lab.begin(self.scenario.start)
            began = time.monotonic()
            lab.ends(self.scenario.commands[0], jobs)
            self.takes[jobs] = time.monotonic() - began
            self._finish(jobs, told=False)
        self.after = lab.state()
        lab.begin(self.scenario.start)
        touched = lab.steps(self.scenario.commands[0])
        self.steps = len(touched)
        self.commits = [number for number, word in enumerate(touched, start=1) if word == "commit"]

    def go(self, times: int) -> None:
        """Kill so many times, and let it end after each kill, or after a few in a row."""
        instants = [(number + self.chance.random()) / times for number in range(times)]
        self.chance.shuffle(instants)
        while instants:
            self.lab.begin(self.scenario.start)
            story: list[str] = []
            for _ in range(self.chance.choice((1, 1, 2, 3))):
                if instants:
                    story.append(self._kill(instants.pop()))
            self._finish(self.chance.choice((1, 2)), told=True)
            self._compare(" ".join(story))

    def go_through(self, steps: Sequence[int]) -> None:
        """Kill in front of each of these steps, and let it end after each."""
        for step in steps:
            self.lab.begin(self.scenario.start)
            story = self._kill(step=step)
            self._finish(1, told=True)
            self._compare(story)

    def _kill(self, instant: float = 0.0, step: int = 0) -> str:
        """Start, kill at an instant (a part of it all) or in front of a step, and look at what lies there."""
        command, lab = self.scenario.commands[0], self.lab
        if self._is_done(command):
            return "[after its end]"
        self.kills += 1
        if step or self.chance.random() < 0.5:
            step = step or 1 + int(instant * self.steps)
            told = f"[before step {step}]"
            pid = lab.starts(command, 1, heard=str(lab.base / "heard"), dies=step)
        else:
            jobs, group = self.chance.choice((1, 2)), self.chance.random() < 0.5
            told = f"[-j {jobs}, {'group' if group else 'parent'} at {instant:.3f}]"
            pid = lab.starts(command, jobs)
            time.sleep(instant * self.takes[jobs])
            with suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(pid, signal.SIGKILL)
        ended = lab.stage.wait(pid, lab.base)
        self.late += ended.status != -signal.SIGKILL
        known = [one for one in (self.before, self.after) if one is not None]
        self.wrong += [f"{told} half written: {what}" for what in halves(lab.project, *known)]
        if self.chance.random() < 0.5:  # else the next start meets what is about to notice
            self._gone(pid, told)
        return told

    def _gone(self, session: int, told: str) -> None:
        until = time.monotonic() + PATIENCE
        while left := list(processes(session)):
            if time.monotonic() > until:
                self.wrong.append(f"{told} still there: {len(left)} processes")
                return
            time.sleep(0.01)

    def _is_done(self, command: Sequence[str]) -> bool:
        """Whether a decision is on record already: who decides again adds a second one, and is right."""
        ledger = self.lab.project / LEDGER
        return command is RELEASE and bool(ledger_rows(ledger)["decision"])

    def _finish(self, jobs: int, *, told: bool) -> None:
        for command in self.scenario.commands:
            if not self._is_done(command):
                done = self.lab.ends(command, jobs)
                assert done.status in DONE or told, done
                if done.status not in DONE or "Traceback" in done.said:
                    self.wrong.append(f"did not end: {done}")

    def _compare(self, story: str) -> None:
        now = self.lab.state()
        for part in ("shared", "private", "objects", "ledger"):
            for what in different(getattr(now, part), getattr(self.after, part)):
                self.wrong.append(f"{story} differs: {part} {what}")
        self.wrong += [f"{story} left behind: {path}" for path in leftovers(self.lab.project)]
        if self.scenario.start != "old":  # the kept ledger speaks of a tree that never was
            audited = self.lab.ends(("audit",))
            if audited.status:
                self.wrong.append(f"{story} audit: {audited.said}")


def different(one: object, other: object) -> Iterator[str]:
    """Yield what differs between two parts of snapshots."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if one.get(key) != other.get(key):
                yield f"{key}: {_brief(one.get(key))} instead of {_brief(other.get(key))}"
    elif one != other:
        yield f"{_brief(one)} instead of {_brief(other)}"


def _brief(value: object) -> str:
    return f"{len(value)} rows" if isinstance(value, list | frozenset) else str(value)[:12]


def leftovers(project: Path) -> list[str]:
    """Return what a killed run left and the next one did not clear."""
    temps = [path for path in project.rglob("*") if TEMP.fullmatch(path.name)]
    state = project / STATE
    unfinished = [path for folder in ("scratch", "objects/tmp") for path in (state / folder).glob("*")]
    backups = [path for path in (state / "backups").glob("*") if path.suffix != ".sqlite3"]
    return [str(path.relative_to(project)) for path in (*temps, *unfinished, *backups)]


def processes(session: int) -> Iterator[int]:
    """Yield the processes of a session that are alive, as Linux has them."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, its = path.read_text().rpartition(")")[2].split()[:4]
            if int(its) == session and state not in "ZX":
                yield int(path.parent.name)


def kill(over: Sequence[str], times: int, seed: int, base: Path) -> list[str]:
    """Kill so many times over each scenario; print what came of it, and return what is not right."""
    wrong = []
    with Stage() as stage:
        lab = Lab(base, stage)
        for name in over:
            trials = Trials(lab, name, random.Random(f"{seed} {name}"))
            trials.go_through(trials.commits)
            trials.go(times)
            wrong += [f"{name}: {what}" for what in trials.wrong]
            print(  # noqa: T201
                f"{name}: {trials.kills} kills ({trials.late} when it had ended), {len(trials.wrong)} wrong; "
                f"undisturbed it takes {trials.takes[1]:.2f} s and {trials.steps} steps",
                *trials.wrong,
                sep="\n",
                flush=True,
            )
    return wrong


def main() -> int:
    """Read the options and kill."""
    parser = argparse.ArgumentParser(prog="tests.survive.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--over", action="append", choices=SCENARIOS)
    options = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="survive-"))
    try:
        return bool(kill(options.over or [*SCENARIOS], options.times, options.seed, base))
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
