"""Lay out bar charts: where each bar stands, and what it is called.

Owns: a chart is numbers and texts; drawing it is the template's part.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640.0, 200.0  # of the area of the bars, in units of the drawing
LABELS = 10  # below the bars at most
WIDEST = 48.0  # of a bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and what it stands for; ``series`` is the number of its colour."""

    x: float
    y: float
    width: float
    height: float
    series: int
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart; ``ticks``: (place, text) below the bars, ``marks`` beside them; ``about``: in words."""

    title: str
    about: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[tuple[float, str], ...]


def bar_chart(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int]]) -> Chart:
    """Return a chart with a bar for each label, the series stacked upon one another.

    Each series has a number for each label. The words tell every bar that is not empty.
    """
    totals = [sum(values) for values in zip(*series.values(), strict=True)]
    top = max(totals, default=0)
    bars = tuple(_bars(labels, series, top))
    every = -(-len(labels) // LABELS) or 1
    pace = WIDTH / max(1, len(labels))
    shown = [nth for nth in range(len(labels)) if nth % every == 0]
    return Chart(
        title,
        "; ".join(bar.said for bar in bars) or "Nothing to show.",
        tuple(series),
        bars,
        tuple((round((nth + 0.5) * pace, 1), labels[nth]) for nth in shown),
        ((HEIGHT, "0"), (0.0, f"{top:,}")) if top else (),
    )


def _bars(labels: Sequence[str], series: Mapping[str, Sequence[int]], top: int) -> Iterator[Bar]:
    pace = WIDTH / max(1, len(labels))
    broad = min(WIDEST, pace * 0.8)
    for nth, label in enumerate(labels):
        left, base = (nth + 0.5) * pace - broad / 2, HEIGHT
        for number, (name, values) in enumerate(series.items()):
            if not values[nth]:
                continue
            height = max(1.0, values[nth] / top * HEIGHT)
            base -= height
            x, y, width, height = (round(one, 1) for one in (left, base, broad, height))
            yield Bar(x, y, width, height, number, f"{label}: {values[nth]:,} {name}")
