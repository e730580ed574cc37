"""De-identify one instance from its source bytes: recognise, decide, splice.

Owns: the order of the steps; trouble with a file comes out as a value.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from anonledger.deid.actions import CHARSET, STATED_VRS, UIDS, edits
from anonledger.deid.elements import BrokenDataError, Buffer, Element
from anonledger.deid.form import Form, NotDicomError, deflated, new_meta, open_form
from anonledger.deid.harvest import SERIES, SOP_CLASS, SOP_INSTANCE, STUDY, trouble_of
from anonledger.deid.hunt import Hunter, hunter_of
from anonledger.deid.pattern import Fit, Patterns, Span
from anonledger.deid.pixels import SIZES
from anonledger.deid.scrub import clean_string
from anonledger.deid.splice import Edit, Piece, replaced, settled, splice
from anonledger.outcomes import QuarantineReason
from anonledger.records import Recipe, Rules

Stretches: TypeAlias = Sequence[bytes | None]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A de-identified instance: its bytes as pieces in order, and the UIDs that it has now.

    ``walked``: from its first byte to its last, for it was not like those of its series before it.
    """

    pieces: Sequence[Piece]
    study: str
    series: str
    instance: str
    walked: bool = True


@dataclass(frozen=True, slots=True)
class Uncleanable:
    """Why a file could not be de-identified, and where in it."""

    trouble: QuarantineReason
    where: str


def clean(data: Buffer, rules: Rules, recipe: Recipe) -> Cleaned | Uncleanable:
    """Return the de-identified instance, or why there is none; ``data`` must outlive its pieces."""
    hunter = hunter_of(recipe)
    patterns = _patterns(rules, hunter)
    try:
        form = open_form(data)
        fit = patterns.fitted(form)
        elements, end = (fit.elements, form.end) if fit else form.walk()
    except NotDicomError:
        return Uncleanable(QuarantineReason.NOT_DICOM, "file")
    except BrokenDataError as broken:
        return Uncleanable(trouble_of(broken), f"{broken.where}: {broken.why}")
    try:
        changes = edits(form, elements, rules, recipe, hunter, whole=fit is None)
        uid = _Uids(form, elements, changes)
        instance = uid.of(SOP_INSTANCE) or clean_string(form.meta_instance, hunter, "")
        meta = new_meta(form.syntax, uid.of(SOP_CLASS) or form.meta_class, instance)
    except ValueError as error:
        return Uncleanable(QuarantineReason.MALFORMED, f"data set: {error}")
    if fit:
        changes += _between(fit)
    else:
        patterns.learn(form, elements, end, lambda spans: _cleaned(form, elements, changes, spans))
    body = splice(form.data, form.start, end, elements, changes)
    if form.deflated:
        body = deflated(body)
    return Cleaned([meta, *body], uid.of(STUDY), uid.of(SERIES), instance, walked=fit is None)


@lru_cache(maxsize=4)
def _patterns(rules: Rules, hunter: Hunter) -> Patterns[Stretches]:
    """Return what the files of a subject have in common, with their stretches as they are after the edits."""
    return Patterns({*UIDS, *SIZES, CHARSET}, {*STATED_VRS, CHARSET})


def _cleaned(
    form: Form, elements: Sequence[Element], changes: Sequence[Edit], spans: Sequence[Span]
) -> Stretches:
    """Return the bytes of each stretch after the edits that lie in it, None where nothing is edited."""
    ordered = settled(form.data, elements, changes)
    starts = [edit.start for edit in ordered]
    found: list[bytes | None] = []
    for start, end in spans:
        begun = ordered[bisect_left(starts, start) : bisect_right(starts, end)]
        inside = [edit for edit in begun if edit.end <= end]  # the others begin where the stretch ends
        found.append(b"".join(replaced(form.data, start, end, inside)) if inside else None)
    return found


def _between(fit: Fit[Stretches]) -> Iterator[Edit]:
    for (start, end), new in zip(fit.stretches, fit.told, strict=True):
        if new is not None:
            yield Edit(start, end, new, -1, 0)


class _Uids:
    """Reads UIDs as they are after the edits."""

    def __init__(self, form: Form, elements: Sequence[Element], changes: Sequence[Edit]) -> None:
        self._form = form
        self._changed = {edit.start: edit.new for edit in changes if edit.end > edit.start}
        self._top = {e.tag: e for e in reversed(elements) if e.parent < 0}

    def of(self, tag: int) -> str:
        element = self._top.get(tag)
        if element is None:
            return ""
        head = element.at - element.start
        new = self._changed.get(element.start)
        raw = bytes(self._form.data[element.at : element.end]) if new is None else new[head:]
        return raw.decode("latin-1").strip("\0 ")
