"""Places: the forms in which people write a name.

Owns: each form stands in free text, in a short description and in a private element.
"""

from collections.abc import Callable
from dataclasses import replace
from unicodedata import normalize
from urllib.parse import quote

from tests.places.people import Person
from tests.places.place import Cast, Place, dicom
from tests.places.wire import Element, Elements, amid

GROUP = "Forms of the name"
Write = Callable[[Person], tuple[str, ...]]
STRIP = str.maketrans("éáóúñãÉÁÓÚ", "eaounaEAOU")
TWO = str.maketrans({"ö": "oe", "ü": "ue", "ä": "ae", "Ö": "Oe", "Ü": "Ue", "Ä": "Ae"})


def form(
    title: str,
    write: Write,
    script: str = "latin",
    *,
    template: str = "seen § today",
    lines: bool = False,
    person: Callable[[Cast], Person] | None = None,
    **flags: bool,
) -> Place:
    """Return a place; ``write`` gives the spellings, ``lines`` says that they stand in long texts only."""

    def grow(who: Person) -> Elements:
        spelled = write(who)
        made = [
            Element(0x00204000, "LT", amid(" and ".join([template] * len(spelled)), *spelled)),
            Element(0x00290010, "LO", b"ACME KEEP"),
            Element(0x00291003, "UT", amid(", ".join([template] * len(spelled)) + ".", *spelled)),
        ]
        if not lines:
            made.append(Element(0x00081030, "LO", amid(f"MR {template} 2", spelled[-1])))
        return made

    return dicom(GROUP, title, grow, script=script, person=person, **flags)  # type: ignore[arg-type]


def _five(cast: Cast) -> Person:
    family, given, middle = (cast.town.word() for _ in range(3))
    return cast.person(
        family=family, given=given, others=(middle,), spelled=f"{family}^{given}^{middle}^Prof.^Jr"
    )


def several(cast: Cast) -> Person:
    """Return somebody with three given names."""
    made = cast.town.person()
    made = replace(made, given=" ".join([made.given, cast.town.word(), cast.town.word()]))
    cast.people.append(made)
    return made


def _particle(cast: Cast) -> Person:
    bare = cast.town.word()
    return cast.person(family=f"van den {bare}", ordinary=frozenset(["van", "den"]))


def _apostrophe(cast: Cast) -> Person:
    bare = cast.town.word()
    return cast.person(family=f"O'{bare}", others=(bare,))


def _double(cast: Cast) -> Person:
    first, second = cast.town.word(), cast.town.word()
    return cast.person(family=f"{first}-{second}", others=(first, second))


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _dashed(number: str) -> tuple[str, ...]:
    return f"{number[:2]}-{number[2:5]}-{number[5:]}", f"{number[:2]} {number[2:]}", number.lower()


def _zeros(cast: Cast) -> Person:
    return cast.person(patient_id=f"00{cast.town.rng.randint(10**6, 10**7 - 1)}")


def _digits(cast: Cast) -> Person:
    number = str(cast.town.rng.randint(10**7, 10**8 - 1))
    return cast.person(patient_id=f"{number[:2]}-{number[2:4]}-{number[4:]}", others=())


LISTED = [
    form("lower case", lambda w: (w.plain.lower(), w.family.lower())),
    form("caret", lambda w: (w.caret, w.caret.upper())),
    form("given name first", lambda w: (w.plain,)),
    form("underscore", lambda w: (f"{w.family}_{w.given}", f"{w.given}_{w.family}".lower())),
    form("dots, as in a login", lambda w: (f"{w.given}.{w.family}".lower(),), template="user § ok"),
    form("no separator (CamelCase)", lambda w: (w.family + w.given, w.given + w.family)),
    form("given name only, after a title", lambda w: (w.given, w.given.upper()), template="with Mrs § today"),
    form(
        "initial and surname",
        lambda w: (
            f"{w.given[0]}. {w.family}",
            f"{w.family} {w.given[0]}",
            f"{w.given[0]} {w.family}".upper(),
        ),
    ),
    form(
        "tab and line breaks between the parts",
        lambda w: (f"{w.family}\t{w.given}", f"{w.given}\r\n{w.family}"),
        lines=True,
    ),
    form(
        "slash, semicolon, brackets",
        lambda w: (f"{w.family}/{w.given}", f"{w.family};{w.given}", f"[{w.given}]({w.family})"),
    ),
    form("glued to digits", lambda w: (w.family, w.family.lower(), w.given), template="as 4711§2019 put"),
    form("glued to other letters", lambda w: (w.family.lower(), w.given.lower()), template="as xq§zz put"),
    form(
        "five components: middle name, prefix, suffix, out of order",
        person=_five,
        write=lambda w: (
            f"{w.given} {w.others[0]} {w.family}",
            f"{w.others[0]} {w.family}",
            f"{w.family}, {w.others[0]} {w.given}",
        ),
    ),
    form("several given names, any one of them", lambda w: tuple(w.given.split()), person=several),
    form(
        "particle glued (van den X as Vandenx)",
        person=_particle,
        write=lambda w: (
            w.family.replace(" ", "").capitalize(),
            w.family.replace(" ", "").lower() + w.given.lower(),
            w.family.title(),
        ),
    ),
    form(
        "apostrophe: O'X as OX, O X and O’X",
        person=_apostrophe,
        write=lambda w: (
            "O" + w.others[0],
            "O " + w.others[0],
            "O’" + w.others[0],
            f"o'{w.others[0]}".lower(),
        ),
    ),
    form(
        "accent stripped (É as E)",
        lambda w: (w.family.translate(STRIP), w.plain.translate(STRIP).upper()),
        "acute",
    ),
    form(
        "umlaut as two letters (ö as oe)",
        lambda w: (w.family.translate(TWO), w.plain.translate(TWO).upper()),
        "umlaut",
    ),
    form("sharp s as ss, upper case", lambda w: (w.family.upper(), w.plain.replace("ß", "ss")), "sharp"),
    form(
        "Nordic o-slash as o",
        lambda w: (w.family.replace("ø", "o").replace("Ø", "O"), w.plain.replace("ø", "o")),
        "slashed",
    ),
    form(
        "decomposed accents (NFD) against NFC",
        lambda w: (normalize("NFD", w.family), normalize("NFD", w.plain)),
        "acute",
    ),
    form(
        "Turkish dotless i, upper case",
        lambda w: (w.family.upper(), w.family.replace("ı", "i"), w.family.replace("ı", "İ")),
        "dotless",
    ),
    form(
        "accent replaced by a question mark (stretch)",
        lambda w: ("".join(c if c.isascii() else "?" for c in w.family),),
        "umlaut",
        stretch=True,
    ),
    form(
        "letters spaced out (stretch)",
        lambda w: (" ".join(w.family.upper()), ".".join(w.given)),
        stretch=True,
    ),
    form("cut at eight letters (stretch)", lambda w: (w.family[:8].upper(),), "long", stretch=True),
    dicom(
        GROUP,
        "split over two values of one attribute",
        lambda w: [
            Element(0x00081060, "PN", amid("Quexley^Ulf\\§\\§", w.family, w.given)),
            Element(0x00181030, "LO", amid("t1\\§\\§\\thin", w.family, w.given)),
        ],
    ),
    dicom(
        GROUP,
        "value of odd length",
        lambda w: [
            Element(0x00204000, "LT", amid("§" + "x" * (len(w.plain) % 2), w.plain)),
            Element(0x00081040, "LO", amid("§" + "." * (1 - len(w.caret) % 2), w.caret)),
        ],
    ),
]

MORE = [
    form(
        "surname and initial in one word, as a login",
        lambda w: (
            f"{w.family}{w.given[0]}".lower(),
            f"{w.given[0]}{w.family}".lower(),
            f"{w.given[0]}.{w.family}".lower(),
        ),
        more=True,
    ),
    form(
        "four letters next to digits and underscores",
        lambda w: (w.family, w.given.lower()),
        "four",
        template="as 12_§_34 put",
        more=True,
    ),
    form(
        "web coding of accents",
        lambda w: (quote(w.family), quote(w.family, encoding="latin-1")),
        "umlaut",
        template="get ?n=§&x=1 now",
        more=True,
    ),
    form(
        "web coding of the space between",
        lambda w: (f"{w.given}%20{w.family}", f"{w.family}+{w.given}"),
        more=True,
    ),
    form(
        "HTML entities",
        lambda w: (
            w.family.translate({ord(c): f"&{c2}uml;" for c, c2 in zip("öüäÖÜÄ", "ouaOUA", strict=True)}),
            "".join(c if c.isascii() else f"&#{ord(c)};" for c in w.family),
        ),
        "umlaut",
        more=True,
    ),
    form(
        "escapes of JSON for accents",
        lambda w: ("".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in w.family),),
        "umlaut",
        lines=True,
        more=True,
    ),
    form("UTF-8 read as Latin-1", lambda w: (w.family.encode().decode("latin-1"),), "acute", more=True),
    form("letters of full width", lambda w: (_full_width(w.family), _full_width(w.plain.upper())), more=True),
    form("possessive and plural", lambda w: (w.family + "'s", w.given + "s"), more=True),
    form("double surname, either half", lambda w: w.others, person=_double, more=True),
    form(
        "no-break and zero-width space between the parts",
        lambda w: (f"{w.given}\u00a0{w.family}", f"{w.family}\u200b{w.given}"),
        more=True,
    ),
    form(
        "in quotes, stars and angle brackets",
        lambda w: (f'"{w.family}"', f"*{w.given}*", f"<{w.plain}>"),
        more=True,
    ),
    form("number with other separators", lambda w: _dashed(w.patient_id), more=True),
    form(
        "number with separators of its own, written without",
        lambda w: (w.patient_id.replace("-", ""), w.patient_id.replace("-", ".")),
        person=_digits,
        more=True,
    ),
    form("number without its leading zeros", lambda w: (w.patient_id.lstrip("0"),), person=_zeros, more=True),
    form("number glued to a word", lambda w: (w.patient_id,), template="as ID§ put", more=True),
    form(
        "broken at the end of a line",
        lambda w: (f"{w.family[:3]}-\r\n{w.family[3:]}",),
        lines=True,
        stretch=True,
        more=True,
    ),
    form(
        "tilde, ring and stroke without accents",
        lambda w: (w.family.replace("đ", "d").replace("Đ", "D"),),
        "stroke",
        more=True,
    ),
    form(
        "accents of another kind",
        lambda w: (w.family.replace("é", "è").replace("á", "à").replace("ó", "ò").replace("ú", "ù"),),
        "acute",
        more=True,
    ),
]

PLACES = [*LISTED, *MORE]
