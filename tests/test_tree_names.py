"""The names of the output tree: made of what was written, and safe on every system."""

from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.records import Output
from anonledger.tree import instance_path, other_path


def output(study: str = "1.2", series: str = "3.4", instance: str = "5.6") -> Output:
    return Output("d" * 64, 1, study, series, instance)


def test_a_path_is_made_of_the_uids_as_written() -> None:
    assert instance_path("subj_1", output()) == "subj_1/1.2/3.4/5.6.dcm"
    assert (
        instance_path("subj_1", output("", "", ""))
        == "subj_1/no-study/no-series/instance-dddddddddddddddd.dcm"
    )


@given(
    st.text()
    | st.sampled_from(["..", ".", "1.", ".1", "1" * 65, "CON", "Roe^Jane", "1.2\n", "१.२", "\udc80"])
)
def test_an_odd_uid_is_hidden_behind_its_digest(uid: str) -> None:
    name = instance_path("subj_1", output(study=uid)).split("/")[1]
    digits = set(uid) <= set("0123456789.") and len(uid) <= 64 and not (uid[:1] == "." or uid[-1:] == ".")
    if not uid:
        assert name == "no-study"
    elif digits:
        assert name == uid
    else:
        assert name.startswith("uid-") and len(name) == 20
        assert name != instance_path("subj_1", output(study=uid + "x")).split("/")[1]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("notes.bin", "notes.bin"),
        ("Maße µ 臨床.nii.gz", "Maße µ 臨床.nii.gz"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\temp\\x.raw", "C__temp_x.raw"),
        ("nul.txt", "_nul.txt"),
        ("COM1", "_COM1"),
        ("trailing. . ", "trailing"),
        ("..", "file"),
        ("", "file"),
        ("bad\udcff\n.raw", "bad__.raw"),
        ("x" * 300 + ".raw", "x" * 160 + ".raw"),
    ],
)
def test_a_carried_file_keeps_its_name_where_that_is_safe(name: str, safe: str) -> None:
    assert other_path(output(), name) == f"other/{'d' * 12}/{safe}"


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_every_system_takes(name: str) -> None:
    folder, digest, safe = other_path(output(), name).split("/")
    assert (folder, digest) == ("other", "d" * 12)
    assert 0 < len(safe.encode()) < 255 and safe not in (".", "..") and not safe.endswith((".", " "))
    assert PureWindowsPath(safe).name == safe
    assert other_path(output(), safe).endswith(f"/{safe}")
