"""Look at the bytes of a file once and say whether it is DICOM, and of whom.

Owns: which elements are evidence of who the patient is, and which only name what must go.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from anonledger.deid.charsets import decoded
from anonledger.deid.elements import BrokenDataError, Buffer, Element, Kind
from anonledger.deid.form import MEDIA_STORAGE_DIRECTORY, Form, NotDicomError, open_form
from anonledger.deid.pattern import Patterns, Span
from anonledger.deid.risk import ASKED, DOCUMENT, risk_of
from anonledger.deid.words import MOST_WORDS, words_apart, words_of
from anonledger.outcomes import QuarantineReason
from anonledger.records import Evidence, Header, Inspected

DIRECTORY_FOUND = Inspected(trouble=QuarantineReason.DICOMDIR, where="file")
DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".dic", ".ima"})
CHARSET, SOP_CLASS, SOP_INSTANCE = 0x00080005, 0x00080016, 0x00080018
NAME, PATIENT_ID, ISSUER, BIRTH_DATE, SEX = 0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x00100040
STUDY, SERIES, DIRECTORY = 0x0020000D, 0x0020000E, 0x00041220
OTHER_IDS, OTHER_NAMES, BIRTH_NAME = 0x00101000, 0x00101001, 0x00101005
MOTHER_NAME, RECORD_LOCATOR, RESPONSIBLE = 0x00101060, 0x00101090, 0x00102297
NAME_TAGS = (OTHER_NAMES, BIRTH_NAME, MOTHER_NAME, RESPONSIBLE)
ID_TAGS = (OTHER_IDS, RECORD_LOCATOR)
WANTED = frozenset(
    {
        CHARSET,
        SOP_CLASS,
        SOP_INSTANCE,
        NAME,
        PATIENT_ID,
        ISSUER,
        BIRTH_DATE,
        SEX,
        STUDY,
        SERIES,
        *NAME_TAGS,
        *ID_TAGS,
    }
)


TELLING = WANTED | {DOCUMENT}  # also inside sequences


@dataclass(frozen=True, slots=True, repr=False)
class _Common:
    """What the files of a pattern say alike: a header, its character set, and the words of the stretches."""

    header: Header
    declared: str
    words: tuple[str, ...]


def inspect(data: Buffer, name: str) -> Inspected:
    """Return what a file is: an instance, one to drop, one to hold back, or no DICOM at all."""
    try:
        form = open_form(data)
        if form.meta_class == MEDIA_STORAGE_DIRECTORY:
            return DIRECTORY_FOUND
        header = _recognised(form)
        if header is not None:
            return Inspected(header=header)
        elements, end = form.walk()
    except NotDicomError:
        if PurePosixPath(name.lower()).suffix in DICOM_SUFFIXES:
            return Inspected(trouble=QuarantineReason.NOT_DICOM, where="file")
        return Inspected()
    except BrokenDataError as broken:
        return Inspected(trouble=trouble_of(broken), where=f"{broken.where}: {broken.why}")
    if any(e.tag == DIRECTORY and e.parent < 0 for e in elements):
        return DIRECTORY_FOUND
    if not elements:
        return Inspected(trouble=QuarantineReason.TRUNCATED, where="data set: it has no element")
    header = _header(form, elements)
    _patterns().learn(form, elements, end, lambda stretches: _common(form, elements, header, stretches))
    return Inspected(header=header)


@lru_cache(maxsize=1)
def _patterns() -> Patterns[_Common | None]:
    """Return what the files have in common that this process looked at lately."""
    return Patterns({SOP_INSTANCE}, (WANTED | ASKED | {DIRECTORY, DOCUMENT}) - {SOP_INSTANCE})


def _common(
    form: Form, elements: Sequence[Element], header: Header, stretches: Sequence[Span]
) -> _Common | None:
    """Return what files of a pattern have in common; None where words can be told of whole files only."""
    starts = [start for start, _ in stretches]
    inside: list[Element] = []
    for element in elements:
        if element.start < stretches[bisect_right(starts, element.start) - 1][1]:
            inside.append(element)
        elif _is_telling_inside(element):
            return None  # the header would say of others what this file says
    declared = _declared(_own(form, elements, CHARSET))
    words = words_apart(form, inside, declared)
    return None if words is None else _Common(header, declared, tuple(sorted(words)))


def _recognised(form: Form) -> Header | None:
    """Return the header of a file that follows a pattern, None where it has to be walked."""
    fit = _patterns().fitted(form)
    if fit is None or fit.told is None or any(map(_is_telling_inside, fit.elements)):
        return None
    common = fit.told
    more = words_apart(form, fit.elements, common.declared)
    if more is None or len(more) + len(common.words) > MOST_WORDS:
        return None
    words = tuple(sorted(more.union(common.words))) if more.difference(common.words) else common.words
    own = _text(_own(form, fit.elements, SOP_INSTANCE), common.declared, SOP_INSTANCE)
    return replace(common.header, sop_instance=own or form.meta_instance, words=words)


def _own(form: Form, elements: Sequence[Element], tag: int) -> bytes:
    """Return the value that the header has of a tag, b"" if it has none."""
    plain = (e for e in elements if e.tag == tag and e.parent < 0 and e.kind is Kind.PLAIN)
    return next((_value(form, element) for element in plain), b"")


def _is_telling_inside(element: Element) -> bool:
    return element.parent >= 0 and element.tag in TELLING


def trouble_of(broken: BrokenDataError) -> QuarantineReason:
    """Return the reason to hold back a file whose bytes cannot be walked."""
    return QuarantineReason.TRUNCATED if broken.cut else QuarantineReason.MALFORMED


def _header(form: Form, elements: list[Element]) -> Header:
    raw: dict[int, bytes] = {}
    nested: list[tuple[int, bytes]] = []
    for element in elements:
        if element.tag in WANTED and element.kind is Kind.PLAIN:
            value = _value(form, element)
            if element.parent < 0:
                raw.setdefault(element.tag, value)
            else:
                nested.append((element.tag, value))
    declared = _declared(raw.get(CHARSET, b""))
    texts = {tag: _text(value, declared, tag) for tag, value in raw.items()}
    further = [(tag, _text(value, declared, tag)) for tag, value in nested]
    text = texts.get
    risk = risk_of(form, elements)
    evidence = Evidence(
        issuer=text(ISSUER, ""),
        patient_id=text(PATIENT_ID, ""),
        name=text(NAME, ""),
        birth_date=text(BIRTH_DATE, ""),
        sex=text(SEX, ""),
        other_names=_others(texts, further, NAME, NAME_TAGS),
        other_ids=_others(texts, further, PATIENT_ID, ID_TAGS),
        scope=text(STUDY, ""),
    )
    return Header(
        text(SOP_CLASS) or form.meta_class,
        text(SOP_INSTANCE) or form.meta_instance,
        text(STUDY, ""),
        text(SERIES, ""),
        evidence,
        risk=risk.reason if risk else None,
        risk_where=risk.where if risk else "",
        words=words_of(form, elements, declared),
    )


def _others(
    texts: dict[int, str], nested: list[tuple[int, str]], main: int, tags: tuple[int, ...]
) -> tuple[str, ...]:
    """Return further names (or IDs): those of ``tags``, and what items say that the data set does not."""
    said = [texts.get(tag, "") for tag in tags]
    said += [text for tag, text in nested if tag == main or tag in tags]
    values = {value for text in said for value in text.split("\\")}
    return tuple(sorted(v for v in values if not _says_nothing(v) and v != texts.get(main, "")))


def _value(form: Form, element: Element) -> bytes:
    return bytes(form.data[element.at : element.end])


def _declared(charset: bytes) -> str:
    return charset.decode("latin-1").strip("\0 ")


def _text(value: bytes, declared: str, tag: int) -> str:
    person = tag == NAME or tag in NAME_TAGS
    return decoded(value.rstrip(b"\0 "), declared, person=person).strip("\0 \t\r\n")


def _says_nothing(text: str) -> bool:
    """Whether a text has neither letter nor digit but zero."""
    return not any(c.isalnum() and c != "0" for c in text)
