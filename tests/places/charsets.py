"""Places: character sets, declared rightly, wrongly and not at all.

Owns: a file's PatientName stands in the same bytes as what is planted in its texts.
"""

from collections.abc import Iterator

from tests.places.people import Person
from tests.places.place import Cast, Place, Source, dicom, instance
from tests.places.wire import SYNTAXES, Element, Elements, amid

GROUP = "Character sets"


def _texts(who: Person, codec: str) -> Elements:
    return [
        Element(0x00081030, "LO", amid("CT of § 2", who.plain, codec=codec)),
        Element(0x00081050, "PN", amid("§", who.caret, codec=codec)),
        Element(0x00204000, "LT", amid("left § right, no. §", who.family, who.patient_id, codec=codec)),
    ]


def charset(title: str, script: str, declared: str | None, codec: str, **flags: bool) -> Place:
    """Return a place: what the file declares, and how its texts are coded."""
    return dicom(
        GROUP,
        title,
        lambda who: _texts(who, codec),
        script=script,
        charset=declared,
        codec=codec,
        **flags,  # type: ignore[arg-type]
    )


def sibling(title: str, script: str, declared: str | None, codec: str) -> Place:
    """Return a place: the name is known from a good file only, miscoded in others without a PatientName."""

    def plant(cast: Cast) -> Iterator[Source]:
        who = cast.person(script)
        yield instance(cast, who, [], SYNTAXES[0])
        for syntax in SYNTAXES:
            nameless = [*_texts(who, codec), Element(0x00100010, "PN", b"")]
            yield instance(cast, who, nameless, syntax, charset=declared)

    return Place(GROUP, title, plant, more=True)


def _groups(cast: Cast) -> Person:
    family, given = cast.town.word("kanji"), cast.town.word("kanji")
    made = cast.person(others=(family, given))
    spelled = f"{made.family}^{made.given}={family}^{given}="
    cast.people[-1] = type(made)(
        made.family, made.given, made.patient_id, made.birth_date, (family, given), frozenset(), spelled
    )
    return cast.people[-1]


def _ideographic(who: Person) -> Elements:
    family, given = who.others
    return [
        Element(0x00081030, "LO", amid("CT of § 2", family + given)),
        Element(0x00081050, "PN", amid("§", who.caret)),
        Element(
            0x00204000,
            "LT",
            amid("left §, then § and §", f"{family} {given}", who.plain, f"{family}^{given}"),
        ),
    ]


LISTED = [
    charset("ISO_IR 100 Latin-1", "umlaut", "ISO_IR 100", "latin-1"),
    charset("ISO_IR 109 Latin-3", "latin3", "ISO_IR 109", "iso8859-3"),
    charset("ISO_IR 110 Latin-4", "latin4", "ISO_IR 110", "iso8859-4"),
    charset("ISO_IR 192 UTF-8 with accents", "acute", "ISO_IR 192", "utf-8"),
    charset("ISO_IR 144 cyrillic", "cyrillic", "ISO_IR 144", "iso8859-5"),
    charset("ISO_IR 126 greek", "greek", "ISO_IR 126", "iso8859-7"),
    charset("ISO_IR 138 hebrew", "hebrew", "ISO_IR 138", "iso8859-8"),
    charset("ISO_IR 13 half-width katakana", "halfwidth", "ISO_IR 13", "shift-jis"),
    dicom(GROUP, "ISO_IR 192 UTF-8, ideographic group", _ideographic, person=_groups),
    charset("GB18030 four-byte characters", "fourbyte", "GB18030", "gb18030"),
    charset("GBK hanzi", "hanzi", "GBK", "gbk"),
    charset(
        "ISO 2022 IR 6\\ISO 2022 IR 87 hiragana",
        "hiragana",
        "ISO 2022 IR 6\\ISO 2022 IR 87",
        "dicom:iso8859,iso2022_jp",
    ),
    charset(
        "\\ISO 2022 IR 159 supplementary kanji",
        "supplementary",
        "\\ISO 2022 IR 159",
        "dicom:iso8859,iso2022_jp_2",
    ),
    charset(
        "\\ISO 2022 IR 58 simplified Chinese by code extension",
        "hanzi",
        "\\ISO 2022 IR 58",
        "dicom:iso8859,iso_ir_58",
    ),
    charset(
        "ISO 2022 IR 100\\ISO 2022 IR 144 Cyrillic by code extension",
        "cyrillic",
        "ISO 2022 IR 100\\ISO 2022 IR 144",
        "dicom:latin_1,iso_ir_144",
    ),
    charset("declared UTF-8, bytes are Latin-1", "umlaut", "ISO_IR 192", "latin-1"),
    charset("nothing declared, bytes are Latin-1", "acute", None, "latin-1"),
    charset("nothing declared, bytes are code page 850", "umlaut", None, "cp850"),
    charset("nothing declared, Cyrillic in windows-1251", "cyrillic", None, "cp1251"),
    charset("declared Latin-1, bytes are EUC-KR", "hangul", "ISO_IR 100", "euc-kr"),
    charset("unknown charset term, bytes are UTF-8", "acute", "ISO_IR 999", "utf-8"),
]

MORE = [
    charset("ISO_IR 101 Latin-2", "latin2", "ISO_IR 101", "iso8859-2", more=True),
    charset("ISO_IR 127 arabic", "arabic", "ISO_IR 127", "iso8859-6", more=True),
    charset("ISO_IR 148 Latin-5", "latin5", "ISO_IR 148", "iso8859-9", more=True),
    charset("ISO_IR 166 thai", "thai", "ISO_IR 166", "tis-620", more=True),
    charset("ISO_IR 203 Latin-9", "acute", "ISO_IR 203", "iso8859-15", more=True),
    charset("ISO_IR 13, whole kanji in Shift-JIS", "kanji", "ISO_IR 13", "shift-jis", more=True),
    charset("\\ISO 2022 IR 149 hangul", "hangul", "\\ISO 2022 IR 149", "dicom:iso8859,euc_kr", more=True),
    charset(
        "ISO 2022 IR 13\\ISO 2022 IR 87 kanji",
        "kanji",
        "ISO 2022 IR 13\\ISO 2022 IR 87",
        "dicom:shift_jis,iso2022_jp",
        more=True,
    ),
    charset(
        "ISO 2022 IR 100\\ISO 2022 IR 126 Greek by code extension",
        "greek",
        "ISO 2022 IR 100\\ISO 2022 IR 126",
        "dicom:latin_1,iso_ir_126",
        more=True,
    ),
    charset("GB18030 hanzi", "hanzi", "GB18030", "gb18030", more=True),
    charset("nothing declared, bytes are UTF-8", "acute", None, "utf-8", more=True),
    charset("nothing declared, Greek in windows-1253", "greek", None, "cp1253", more=True),
    charset("nothing declared, Central Europe in windows-1250", "latin2", None, "cp1250", more=True),
    charset("nothing declared, Cyrillic in KOI8-R", "cyrillic", None, "koi8-r", more=True),
    charset("declared UTF-8, bytes are GB18030", "hanzi", "ISO_IR 192", "gb18030", more=True),
    charset("declared Latin-1, bytes are Shift-JIS", "kanji", "ISO_IR 100", "shift-jis", more=True),
    charset("declared Latin-1, bytes are UTF-8", "acute", "ISO_IR 100", "utf-8", more=True),
    charset("declared with a blank too many", "acute", "ISO IR 100 ", "latin-1", more=True),
    sibling("name known in UTF-8, texts in code page 850", "umlaut", None, "cp850"),
    sibling("name known in UTF-8, texts in windows-1251", "cyrillic", None, "cp1251"),
    sibling("name known in UTF-8, texts in EUC-KR declared as Latin-1", "hangul", "ISO_IR 100", "euc-kr"),
    sibling("name known in UTF-8, texts in Latin-1 declared as UTF-8", "umlaut", "ISO_IR 192", "latin-1"),
    sibling("name known in UTF-8, texts in EUC-JP, nothing declared", "kanji", None, "euc-jp"),
    sibling("name known in UTF-8, texts in GBK, nothing declared", "hanzi", None, "gbk"),
    sibling("name known in UTF-8, texts in windows-1254, nothing declared", "latin5", None, "cp1254"),
    sibling("name known in UTF-8, texts in ISO 2022 without a declaration", "hiragana", None, "iso2022_jp"),
]

PLACES = [*LISTED, *MORE]
