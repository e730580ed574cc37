"""The file of further terms: what it gives, and what it is refused for."""

from pathlib import Path

import pytest

from anonledger.errors import UsageError
from anonledger.subjects.terms import read_terms


def test_every_line_is_a_term(tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_text("# of the ward\n\n  Haus am Rehwald \n078-05-1120\nMüller\nMüller\n", "utf-8-sig")
    assert read_terms(path) == ("078-05-1120", "Haus am Rehwald", "Müller")


def test_a_term_that_is_everywhere_is_refused_without_being_quoted(tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_text("Rehwald\nqx\n")
    with pytest.raises(UsageError, match="Line 2") as refused:
        read_terms(path)
    assert "qx" not in str(refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        read_terms(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_terms(tmp_path / "nowhere.txt")
