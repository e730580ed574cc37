"""The page of a run: whatever the names are it stays a page, small, whole, and the same again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.exports.page import BOUNDS, LONGEST, MOST, Known, Page, Picture, render
from anonledger.outcomes import Disposition, LinkMethod, LinkStatus, QuarantineReason, Reason, RunStatus
from anonledger.records import Candidate, Case, Growth, Link, QuarantineRow, RunSummary, Share, SourceCount

EMPTY_ELEMENTS = {"meta", "br", "img", "path"}
REVIEW = Link(1, LinkStatus.REVIEW, LinkMethod.FUZZY, 0.875, (), (4,), ("one letter differs",))
HOSTILE = (
    "<script>alert(1)</script>",
    "]]><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "Roe\u202e^enaJ\u2066",
    "Roe\x00\x1b[31m\x85\ud800\ufffe",
    "R" * 65_536,
)


class Seen(HTMLParser):
    """What a browser would make of a page: elements, their attributes, and the text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in EMPTY_ELEMENTS
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def run_summary(number: int) -> RunSummary:
    began, ended = (datetime(2026, 11, 1, 8, minute, tzinfo=UTC) for minute in (0, 5))
    command = "run --id-prefix=x"
    return RunSummary(number, began, ended, RunStatus.DONE, 3, command, "0.1.0", "p", "ab" * 32, "/share", {})


def page_of(names: Iterable[str] = ("Roe^Jane",), many: int = 1) -> Page:
    told = tuple(names)
    held = [
        QuarantineRow(
            f"/scans/{told[0]}/{nth}", told[-1], f"{nth:064}", QuarantineReason.BURNED_IN, "x", 2, nth
        )
        for nth in range(many)
    ]
    case = Case("subj_a", told, told, told, ("F",), REVIEW, (Candidate(4, told[0], "", "F", "7"),), "table 1")
    known = Known(Share(1, "subj_a", 2, 3, 4_000_000), told, told, told, ("F",), REVIEW)
    return Page(
        growth=[Growth(run_summary(nth), 2, 5 * nth, 10_000 * nth, nth) for nth in (1, 2)],
        made={Reason.NEW: 5},
        kinds=[SourceCount(Disposition.INSTANCE, None, None, 10)],
        held=held,
        subjects=many,
        newest=[known] * min(many, MOST),
        links=[replace(REVIEW, person=nth, score=nth % 101 / 100) for nth in range(many)],
        cases=[case] * many,
        sizes=[nth for nth, _ in enumerate((*BOUNDS, 0))],
        at_risk=many,
        pictures=[Picture(held[0], b"\xff\xd8jpeg", ""), Picture(held[0], b"", "It cannot be shown.")],
    )


def test_it_says_that_it_is_private_before_anything_else() -> None:
    text = Seen(render(page_of())).text
    assert text.index("Private. This page names patients") < text.index("Run 2") < text.index("Roe^Jane")


def test_it_asks_for_nothing_and_runs_nothing() -> None:
    page = render(page_of())
    seen = Seen(page)
    policy = next(m["content"] for m in seen.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert not {"script", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in seen.elements}
    assert all(str(image["src"]).startswith("data:image/jpeg;base64,") for image in seen.all("img"))
    assert all(str(anchor["href"]).startswith("#") for anchor in seen.all("a"))
    assert b"http://" not in page and b"https://" not in page and b"url(" not in page


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name[:20]))
def test_a_hostile_name_is_text_and_nothing_else(name: str) -> None:
    plain, hostile = Seen(render(page_of())), Seen(render(page_of([name])))
    assert hostile.elements == plain.elements
    assert len(hostile.text) < len(plain.text) + 20 * (2 * LONGEST)
    assert not set(hostile.text) & set("\x00\x1b\x85\u202e\u2066\ufffe\ud800")


@given(st.text(min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_name_leaves_the_page_as_it_is(name: str) -> None:
    assert Seen(render(page_of([name]))).elements == Seen(render(page_of())).elements


def test_a_long_name_is_cut_and_what_hides_is_shown_as_a_code() -> None:
    text = Seen(render(page_of(HOSTILE))).text
    assert all(name in text for name in HOSTILE[:4])
    assert "and 3 more" in text  # spellings of one patient
    assert "Roe\\u{202e}^enaJ\\u{2066}" in Seen(render(page_of([HOSTILE[4]]))).text
    assert "R" * LONGEST + "… (65,536 characters)" in Seen(render(page_of(["R" * 65_536]))).text


def test_names_that_are_not_latin_stay_as_they_are() -> None:
    names = ["山田^太郎", "علی‌رضا^محمدی", "Dvořáková^Zdeňka"]
    text = Seen(render(page_of(names))).text
    assert all(name in text for name in names)


def test_long_tables_are_cut_and_say_where_the_whole_is() -> None:
    page = render(page_of(many=10_000))
    text = Seen(page).text
    for file in ("mapping.csv", "matches.csv", "quarantine.csv"):
        assert f"These are 100 of 10,000; all of them are in {file}." in text
    assert len(page) < 200_000


def test_the_same_state_gives_the_same_bytes() -> None:
    assert render(page_of(many=3)) == render(page_of(many=3))


def test_it_can_be_read_out_and_printed() -> None:
    page = render(page_of())
    seen = Seen(page)
    assert all(cell.get("scope") in ("col", "row") for cell in seen.all("th"))
    assert len(seen.all("caption")) == len(seen.all("table"))
    assert all(image["alt"] for image in seen.all("img"))
    described = [str(drawing["aria-labelledby"]).split() for drawing in seen.all("svg")]
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    assert len(described) == 4 and len(ids) == len(set(ids))
    assert {one for pair in described for one in pair} <= set(ids)
    levels = [int(tag[1]) for tag, _ in seen.elements if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert b"@media print" in page and b"prefers-color-scheme: dark" in page
    assert seen.all("html")[0]["lang"] == "en"


def test_a_project_without_anything_has_a_page_too() -> None:
    empty = Page(
        [Growth(run_summary(1), 0, 0, 0, 0)], {}, [], [], 0, [], [], [], [0] * (len(BOUNDS) + 1), 0, []
    )
    text = Seen(render(empty)).text
    assert "Nobody is known yet." in text and "Nothing is held back." in text and "Nothing to show." in text


def test_without_the_packages_it_says_how_to_get_pictures() -> None:
    assert "pip install" in Seen(render(replace(page_of(), pictures=(), no_pictures="pip install x"))).text
