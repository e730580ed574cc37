"""Make one page of what a person looks at after a run: private/report.html.

Owns: the page asks for nothing from elsewhere and runs nothing; what comes from files is only text in it.
"""

import base64
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from anonledger.exports.charts import Chart, bar_chart
from anonledger.exports.review import candidate_text
from anonledger.outcomes import LinkStatus, Reason
from anonledger.records import Case, Growth, Link, QuarantineRow, Share, SourceCount

MOST = 100  # lines of a long table; the whole is in the CSV files
MOST_RUNS, MOST_BARS = 20, 60
LONGEST = 120  # characters of a text
MOST_SPELLINGS = 4
STEPS = 20  # of the scores
BOUNDS = tuple(4**power for power in range(5, 16))  # 1 KiB to 1 GiB
UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
JOINERS = "\u200c\u200d"  # which Persian and Indian scripts need
UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))


@dataclass(frozen=True, slots=True)
class Known:
    """A subject as the page tells one: what is published, every spelling, and the link with the table."""

    share: Share
    names: tuple[str, ...] = field(repr=False)
    ids: tuple[str, ...] = field(repr=False)
    birth_dates: tuple[str, ...] = field(repr=False)
    sexes: tuple[str, ...]
    link: Link | None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that is held back: a JPEG, or "" and what stands in its way."""

    held: QuarantineRow
    jpeg: bytes = field(repr=False)
    trouble: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page tells.

    ``made``: files of the last run by reason; ``subjects`` counts all of them, ``newest`` are some of them;
    ``links``: of patients; ``sizes`` counts files by ``BOUNDS``; ``at_risk`` images are held back, some of
    them are ``pictures``; ``no_pictures`` says why there are none at all.
    """

    growth: Sequence[Growth]
    made: Mapping[Reason, int]
    kinds: Sequence[SourceCount]
    held: Sequence[QuarantineRow]
    subjects: int
    newest: Sequence[Known]
    links: Sequence[Link]
    cases: Sequence[Case]
    sizes: Sequence[int]
    at_risk: int
    pictures: Sequence[Picture]
    no_pictures: str = ""


def render(page: Page) -> bytes:
    """Return the page: HTML in UTF-8, the same for the same ``page``."""
    links = Counter(link.status for link in page.links)
    return (
        _template()
        .render(
            page=page,
            run=page.growth[-1].run,
            now=page.growth[-1],
            runs=page.growth[: -MOST_RUNS - 1 : -1],
            links={str(status): links[status] for status in LinkStatus},
            made=_counted((str(reason), many) for reason, many in page.made.items()),
            sources=_counted((_kind(one), one.count) for one in page.kinds),
            reasons=_reasons(page.held, page.growth[-1].run.id),
            charts=_charts(page),
            most=MOST,
        )
        .encode()
    )


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, finalize=_seen, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(number="{:,}".format, size=_size, candidate=candidate_text, time=_time)
    environment.filters.update(jpeg=_uri, few=_few, tail=_tail, score="{:.4f}".format)
    return environment.from_string(resources.files(__package__).joinpath("report.html").read_text("utf-8"))


def _charts(page: Page) -> dict[str, Chart]:
    steps = _changes(page.growth)
    runs = [f"run {one.run.id}" for one in steps]
    bounds = [f"< {_size(bound)}" for bound in BOUNDS] + [f"≥ {_size(BOUNDS[-1])}"]
    scores = [f"{nth / STEPS:.2f}" for nth in range(STEPS)]
    binned = Counter((link.status, min(STEPS - 1, int(link.score * STEPS))) for link in page.links)
    by_status = {str(one): [binned[one, nth] for nth in range(STEPS)] for one in LinkStatus}
    return {
        "files": bar_chart("Files after each run", runs, {"files": [one.files for one in steps]}),
        "subjects": bar_chart("Subjects after each run", runs, {"subjects": [one.subjects for one in steps]}),
        "scores": bar_chart("Scores of the links, from 0 to 1", scores, by_status),
        "sizes": bar_chart("Sizes of the published files", bounds, {"files": page.sizes}),
    }


def _changes(growth: Sequence[Growth]) -> list[Growth]:
    """Return the latest runs that changed how much there is."""
    amounts = [(one.files, one.size, one.subjects) for one in growth]
    before = [(0, 0, 0), *amounts]
    changed = [one for one, had, has in zip(growth, before, amounts, strict=False) if had != has]
    return (changed or list(growth))[-MOST_BARS:]


def _reasons(held: Iterable[QuarantineRow], run: int) -> list[tuple[str, int, int]]:
    """Return each reason, how many files it holds back, and how many of them since a run."""
    rows = list(held)
    new = Counter(str(row.reason) for row in rows if row.run == run)
    return [(reason, many, new[reason]) for reason, many in _counted((str(row.reason), 1) for row in rows)]


def _counted(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return what was counted, the most frequent first."""
    counts: Counter[str] = Counter()
    for what, many in pairs:
        counts[what] += many
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _kind(one: SourceCount) -> str:
    why = one.drop or one.trouble
    return f"{one.disposition}: {why}" if why else str(one.disposition)


def _seen(value: Any) -> Any:
    """Return a value as the page shows it: a text is cut, and nothing in it is obeyed or hidden."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    cut = "".join(
        c if c in JOINERS or unicodedata.category(c) not in UNSEEN else _code(c) for c in value[:LONGEST]
    )
    return f"{cut}… ({len(value):,} characters)" if len(value) > LONGEST else cut


def _tail(path: str) -> str:
    """Return the end of a long path, which tells more than its beginning."""
    return path if len(path) <= LONGEST else f"…{path[1 - LONGEST :]}"


def _code(letter: str) -> str:
    return f"\\u{{{ord(letter):x}}}"


def _few(texts: Sequence[str]) -> Markup:
    """Return some of many spellings, each isolated so that its direction of writing ends with it."""
    shown = Markup("<br>").join(
        Markup("<bdi>{}</bdi>").format(_seen(text)) for text in texts[:MOST_SPELLINGS]
    )
    more = len(texts) - MOST_SPELLINGS
    return shown + (Markup("<br>and {} more").format(f"{more:,}") if more > 0 else Markup())


def _uri(jpeg: bytes) -> Markup:
    return Markup("data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii"))  # noqa: S704 - base64


def _size(count: int) -> str:
    """Return a number of bytes as people read it."""
    amount, nth = float(count), 0
    while amount >= 1024 and nth < len(UNITS) - 1:
        amount, nth = amount / 1024, nth + 1
    return (
        f"{amount:,.0f} {UNITS[nth]}"
        if amount >= 10 or amount == int(amount)
        else f"{amount:,.1f} {UNITS[nth]}"
    )


def _time(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
