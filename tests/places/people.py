"""People who do not exist, in many scripts.

Owns: no two of them share a part of a name or a number, and another seed gives other people.
"""

import random
import re
from dataclasses import dataclass, field, replace

CONSONANTS, VOWELS = "bdgjkmprtvwz", "aeiou"
# How a part of a name is made: letters to begin a syllable with, letters to end it with, number of syllables.
SCRIPTS: dict[str, tuple[str, str, int]] = {
    "latin": (CONSONANTS, VOWELS, 3),
    "four": (CONSONANTS, VOWELS, 2),
    "long": (CONSONANTS, VOWELS, 5),
    "cyrillic": ("бвгдзклмнпрст", "аеиоу", 3),
    "greek": ("βγδζκλμνπρτ", "αειου", 3),
    "hebrew": ("בגדהזחטיכלמנ", "סעפצקרשת", 3),
    "arabic": ("بتثجحخدذرزسش", "ضطظعغفقكلمن", 3),
    "thai": ("กขคงจฉชซดตถทธนบป", "ะาแโไ", 3),
    "katakana": ("カキクケコサシスセソ", "タチツテトナニヌネノ", 2),
    "halfwidth": ("ｶｷｸｹｺｻｼｽｾｿ", "ﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ", 2),
    "hiragana": ("かきくけこさしすせそ", "たちつてとなにぬねの", 2),
    "kanji": ("山田中村高橋佐藤鈴木", "林森石川松井上小野原", 1),
    "hanzi": ("王李赵周吴徐孙朱马胡", "明国建文志海军平东华", 1),
    "supplementary": ("丂丄丅丌丒丟丣两丨丫", "丮丯丰丵乀乁乄乇乑乚", 1),
    "fourbyte": ("㐀㐁㐂㐃㐄㐆㐇㐈㐉㐊", "㐋㐌㐍㐎㐏㐐㐑㐒㐓㐔", 1),
    "hangul": ("김박최강조윤장임한오", "민서지현우준영수진호", 1),
}
# Letters of which a Latin name is to hold some.
ACCENTS = {
    "acute": "éáóú", "umlaut": "öüä", "sharp": "ß", "slashed": "ø", "dotless": "ı", "latin2": "łřěů",
    "latin3": "ĝĥĵŝ", "latin4": "ąēģķ", "latin5": "ğşı", "tilde": "ñã", "stroke": "đ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up patient. ``others``: further names that must go. ``ordinary``: parts that are plain words.

    ``spelled``: PatientName, if it is not made of the two. ``quiet_id``: the number is met everywhere.
    """

    family: str
    given: str
    patient_id: str
    birth_date: str
    others: tuple[str, ...] = ()
    ordinary: frozenset[str] = frozenset()
    spelled: str | None = None
    quiet_id: bool = False

    @property
    def caret(self) -> str:
        """The name as DICOM has it."""
        return f"{self.family}^{self.given}" if self.spelled is None else self.spelled

    @property
    def plain(self) -> str:
        """Given name first."""
        return f"{self.given} {self.family}"

    @property
    def parts(self) -> tuple[str, ...]:
        """Every part of the name that must be nowhere."""
        names = (self.family, self.given, *self.others)
        found = [p for name in names for p in (*name.split(), *re.split(r"[\s\-.'’]+", name)) if len(p) > 1]
        return tuple(p for p in dict.fromkeys(found) if p.casefold() not in self.ordinary)


@dataclass(slots=True)
class Town:
    """Everybody there is."""

    rng: random.Random
    taken: set[str] = field(default_factory=set)

    def word(self, script: str = "latin") -> str:
        """Return a part of a name that nobody has."""
        accents = ACCENTS.get(script, "")
        first, last, syllables = SCRIPTS.get(script, SCRIPTS["latin"])
        while True:
            is_latin = first == CONSONANTS and script != "four"
            count = syllables + (self.rng.randrange(2) if is_latin else 0)
            word = "".join(self.rng.choice(first) + self.rng.choice(last) for _ in range(count))
            word += self.rng.choice("kmnrx") if is_latin and self.rng.randrange(2) else ""
            for accent in self.rng.sample(accents, min(len(accents), 2)):
                spot = self.rng.randrange(1, len(word) - 1)
                word = word[:spot] + accent + word[spot:]
            if not any(word in other or other in word for other in self.taken):
                self.taken.add(word)
                return word.capitalize()

    def number(self) -> str:
        """Return a patient ID of eight characters that nobody has."""
        while True:
            made = "".join(self.rng.choice("BCFHJKLNQRTVWXZ") for _ in range(2))
            made += "".join(self.rng.choice("123456789") for _ in range(6))
            if made not in self.taken:
                self.taken.add(made)
                return made

    def person(self, script: str = "latin", **changes: object) -> Person:
        """Return somebody new."""
        birth = f"{self.rng.randint(1931, 2009)}{self.rng.randint(1, 12):02}{self.rng.randint(1, 28):02}"
        made = Person(self.word(script), self.word(script), self.number(), birth)
        return replace(made, **changes)  # type: ignore[arg-type]
