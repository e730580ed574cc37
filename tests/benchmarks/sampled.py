"""Run the program here and note, every millisecond of CPU, what it does: `sampled.py RECORD WORDS...`

Owns: a profile that leaves the proportions as they are; cProfile makes short functions look long.
"""

import json
import runpy
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import FrameType

EVERY = 0.001  # seconds of CPU

Key = tuple[str, str]  # file and function


class Sampler:
    """Adds up the CPU seconds of each function: its own, and with what it called."""

    def __init__(self) -> None:
        self.own: defaultdict[Key, float] = defaultdict(float)
        self.whole: defaultdict[Key, float] = defaultdict(float)
        self._last = time.process_time()

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Take a sample; it counts for all the time since the last, for a long call in C holds signals up."""
        now = time.process_time()
        spent, self._last = now - self._last, now
        on_stack = set()
        innermost = True
        while frame is not None:
            key = (frame.f_code.co_filename, frame.f_code.co_qualname)
            if innermost:
                self.own[key] += spent
                innermost = False
            on_stack.add(key)
            frame = frame.f_back
        for key in on_stack:
            self.whole[key] += spent


def main() -> None:
    """Run ``python -m anonledger`` with the words given."""
    record, *sys.argv = sys.argv[1:]
    sampler = Sampler()
    signal.signal(signal.SIGPROF, sampler.take)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        runpy.run_module("anonledger", run_name="__main__", alter_sys=True)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        rows = [[*key, sampler.own.get(key, 0.0), whole] for key, whole in sampler.whole.items()]
        Path(record).write_text(json.dumps(rows), "utf-8")


if __name__ == "__main__":
    main()
