"""CSV: what goes in comes out, and the bytes never depend on the system."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.exports import ExportTable, to_csv
from anonledger.exports.table import joined

# What UTF-8 can hold.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
cells = texts | st.sampled_from(["", "=1+1", "@x", "-3", '"', "a\rb", "a\r\nb", "\n", "\t;,|"])


@given(rows=st.lists(st.tuples(cells, cells)), delimiter=st.sampled_from([",", ";", "\t", "|"]))
def test_every_cell_comes_back_as_it_was(rows: list[tuple[str, str]], delimiter: str) -> None:
    content = to_csv(ExportTable("t", ("a", "b"), tuple(rows), private=False, delimiter=delimiter))
    stream = io.StringIO(content.decode(), newline="")
    assert [tuple(row) for row in csv.reader(stream, delimiter=delimiter)] == [("a", "b"), *rows]


def test_the_bytes_are_these() -> None:
    table = ExportTable(
        "t", ("name", "note"), (("Müller^Anna", "=cmd"), ("", "a\rb"), ('say "x"', "a;b")), False, ";"
    )
    assert to_csv(table) == 'name;note\nMüller^Anna;=cmd\n;"a\rb"\n"say ""x""";"a;b"\n'.encode()


def test_an_empty_table_has_its_header_and_an_empty_cell_is_still_a_row() -> None:
    assert to_csv(ExportTable("t", ("pseudonym",), (), private=False)) == b"pseudonym\n"
    assert to_csv(ExportTable("t", ("pseudonym",), (("",),), private=False)) == b'pseudonym\n""\n'


def test_what_utf8_cannot_hold_does_not_stop_an_export() -> None:
    assert to_csv(ExportTable("t", ("a",), (("x\udcff",),), private=False)) == b"a\nx\\udcff\n"


@given(st.lists(texts, min_size=1), st.lists(texts, min_size=1))
def test_different_lists_never_join_to_one_cell(one: list[str], other: list[str]) -> None:
    assert (joined(one) == joined(other)) == (one == other)


def test_a_repr_shows_no_row() -> None:
    assert "Roe" not in repr(ExportTable("mapping", ("name",), (("Roe^Jane",),), private=True))


@pytest.mark.parametrize("texts", [(), ("A1",), ("A1", "B2")])
def test_identifiers_stand_with_a_bar_between(texts: tuple[str, ...]) -> None:
    assert joined(texts) == "|".join(texts)
