"""Spell people's names, dates and numbers as clerks and scanners do, slips included.

Owns: how often each slip happens; the rates are those told of registries and archives, and guesses.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from string import ascii_lowercase, digits

FIELD = 16  # characters that some systems keep of a name


class Slips:
    """A clerk with a source of chance."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def family_name(self, name: str) -> str:
        """Return a surname, at times misspelled."""
        return self._misspelled(name) if self._happens(0.07) else name

    def given_names(self, names: Sequence[str]) -> list[str]:
        """Return given names: a middle one may be missing or an initial, the first misspelled."""
        first, *middle = names
        if self._happens(0.25):
            middle = []
        elif self._happens(0.3):
            middle = [name[0] for name in middle]
        if self._happens(0.05):
            first = self._misspelled(first)
        if self._happens(0.02):
            first = first[0]
        return [first, *middle]

    def person_name(self, family: str, given: Sequence[str]) -> str:
        """Return a PatientName: swapped, in one component, in capitals, without accents, cut or garbled."""
        said = " ".join(given)
        if self._happens(0.04):
            said = self._random.choice(["Dr ", "Mrs "]) + said
        order = self._random.choices(
            [f"{family}^{said}", f"{said}^{family}", f"{family} {said}"], [0.89, 0.05, 0.06]
        )
        (name,) = order
        if self._happens(0.3):
            name = name.upper()
        if self._happens(0.3):
            name = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
        elif self._happens(0.05):
            name = name.encode().decode("latin-1")
        return name[:FIELD] if self._happens(0.05) else name

    def birth_date(self, born: str) -> str:
        """Return YYYYMMDD: at times none, a wrong digit, day and month swapped, the year alone, another's."""
        kinds = ["", "digit", "swapped", "another", "year", "right"]
        (slip,) = self._random.choices(kinds, [0.02, 0.008, 0.006, 0.006, 0.005, 0.955])
        match slip:
            case "digit":
                return self._with(born, self._random.randrange(8), self._random.choice(digits))
            case "swapped":
                return born[:4] + born[6:] + born[4:6]
            case "another":
                return f"{date(1925, 1, 1) + timedelta(self._random.randrange(36_000)):%Y%m%d}"
            case "year":
                return f"{born[:4]}0101"
        return born if slip else ""

    def sex(self, sex: str) -> str:
        """Return M, F, O or nothing."""
        return self._random.choice(["", "O", "M", "F"]) if self._happens(0.02) else sex

    def patient_id(self, number: str) -> str:
        """Return a number, at times none or with a wrong digit."""
        if not self._happens(0.02):
            return number
        return self._random.choice(["", self._with(number, 3, self._random.choice(digits))])

    def _happens(self, share: float) -> bool:
        return self._random.random() < share

    def _misspelled(self, name: str) -> str:
        """Return a name with one letter replaced, added or left out, or two exchanged."""
        if len(name) < 3:
            return name
        at, letter = self._random.randrange(len(name)), self._random.choice(ascii_lowercase)
        left, here, right = name[:at], name[at], name[at + 1 :]
        return self._random.choice(
            [
                left + letter + right,
                left + letter + here + right,
                left + right,
                left + right[:1] + here + right[1:],
            ]
        )

    @staticmethod
    def _with(text: str, at: int, character: str) -> str:
        return text[:at] + character + text[at + 1 :]
