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
