"""A few kills at random instants; ``python -m tests.survive.kills --times 200`` does many.

Owns: the instants are the same each time, as far as a clock can tell.
"""

import random

import pytest

from tests.survive.kills import Lab, Trials

TIMES = {"run": 6, "growth": 2, "export": 1, "upgrade": 1, "release": 1}


@pytest.mark.parametrize("over", TIMES)
def test_who_is_killed_and_begins_again_comes_to_the_same(lab: Lab, over: str) -> None:
    trials = Trials(lab, over, random.Random(f"7 {over}"))
    trials.go(TIMES[over])
    assert trials.wrong == []


def test_who_is_killed_between_two_transactions_gives_everybody_the_same_pseudonym(lab: Lab) -> None:
    trials = Trials(lab, "growth", random.Random(0))
    first = trials.commits[0]
    settling = [step for nth, step in enumerate(trials.commits) if step == first + nth]  # no file between
    assert len(settling) > 5
    trials.go_through(settling)
    assert trials.wrong == []
