"""Make up a set: people, a table about them, and what a DICOM archive says of some of them and of others.

Owns: the seed decides who comes out; nobody in a set exists.

The names are Faker's. So are those of the program's list of known names; a third of the surnames are
therefore spliced of two, so that no list knows them.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

from faker import Faker
from rapidfuzz import process
from rapidfuzz.distance import OSA

from anonledger.folding import fold
from tests.benchmarks.sets import Kind, Record, Sample, write_sample
from tests.benchmarks.slips import Slips

LOCALES = (
    "cs_CZ da_DK de_DE en_GB es_ES et_EE fi_FI fr_FR hr_HR hu_HU it_IT lt_LT nl_NL no_NO pl_PL pt_PT ro_RO "
    "sk_SK sl_SI sv_SE tr_TR vi_VN"
).split()
LOCALES_OF_A_SET = 12
ABSENT = 0.3  # share of the patients who have no row
LIKE = {Kind.ORDINARY: 0.1, Kind.STRESS: 0.5, Kind.LARGE: 0.1}  # share of the absent who are like somebody
PATIENTS, PEOPLE, MANY_PEOPLE = 2000, 2000, 100_000
RELATIVES, SECOND_ROWS, SECOND_NAMES, SPLICED, SECOND_IMAGES = 1 / 12, 0.01, 0.3, 0.33, 0.2
OLDEST, DAYS = date(1925, 1, 1), 36_000


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as they really are."""

    key: str
    locale: str
    sex: str
    family: str
    given: tuple[str, ...]
    birth: date
    patient_id: str


def make(folder: Path, kind: Kind, seed: int, people: int | None = None) -> None:
    """Write a set into a new folder; ``people``: how many the table and the archive tell of, if not many."""
    crowd = Crowd(seed)
    slips = Slips(crowd.random)
    count = people or (MANY_PEOPLE if kind is Kind.LARGE else PEOPLE)
    present = [crowd.somebody() for _ in range(count - int(count * RELATIVES))]
    present += [crowd.like(crowd.random.choice(present)) for _ in range(count - len(present))]
    rows = [*present, *crowd.random.sample(present, int(count * SECOND_ROWS))]
    crowd.random.shuffle(rows)
    patients = people or (PATIENTS // 2 if kind is Kind.LARGE else PATIENTS)
    absent = [crowd.absent(present, LIKE[kind]) for _ in range(int(patients * ABSENT))]
    seen = [*crowd.random.sample(present, patients - len(absent)), *absent]
    seen += crowd.random.sample(seen, int(patients * SECOND_IMAGES))
    crowd.random.shuffle(seen)
    sample = Sample(
        name=folder.name,
        kind=kind,
        records=[_record(number, who, crowd, slips) for number, who in enumerate(seen)],
        rows=[_row(who, crowd, slips) for who in rows],
        owners=[who.key for who in rows],
    )
    meta = {"source": "faker", "seed": seed, "hard": LIKE[kind], "unmatched": ABSENT}
    write_sample(folder, sample, {**meta, "n_csv": len(rows), "n_dicom": len(seen)})


class Crowd:
    """Where people come from: some countries, each with its names."""

    def __init__(self, seed: int) -> None:
        """Choose the countries."""
        self.random = Random(seed)
        self._fakers = {locale: Faker(locale) for locale in self.random.sample(LOCALES, LOCALES_OF_A_SET)}
        for faker in self._fakers.values():
            faker.seed_instance(seed)
        self._count = 0
        self._alike: set[tuple[str, str, date]] = set()
        self._pool = lru_cache(maxsize=None)(self._made_pool)

    def somebody(self) -> Somebody:
        """Return somebody new."""
        locale, sex = self.random.choice([*self._fakers]), self.random.choice("MF")
        names = 1 + (self.random.random() < SECOND_NAMES)
        given = tuple(self._given(locale, sex) for _ in range(names))
        return Somebody(self._key(), locale, sex, self.family(locale), given, self._birth(), self._id())

    def family(self, locale: str) -> str:
        """Return a surname, one in three of which nobody listed."""
        name = str(self._fakers[locale].last_name())
        if self.random.random() >= SPLICED:
            return name
        other = str(self._fakers[locale].last_name())
        return name[: (len(name) + 1) // 2] + other[len(other) // 2 :].lower()

    def absent(self, present: list[Somebody], like: float) -> Somebody:
        """Return somebody who is not among those who are present, but maybe like one of them."""
        return self.like(self.random.choice(present)) if self.random.random() < like else self.somebody()

    def like(self, who: Somebody) -> Somebody:
        """Return a relative or a namesake of somebody, whom name or birth date tell apart from other such."""
        while True:
            other = self._like(who)
            told = (fold(other.family), fold(other.given[0]), other.birth)
            if told not in self._alike:
                self._alike.add(told)
                return other

    def _like(self, who: Somebody) -> Somebody:
        other = replace(who, key=self._key(), patient_id=self._id(), sex=self.random.choice("MF"))
        match self.random.choice(["namesake", "parent", "twin", "sibling", "sibling alike", "sibling alike"]):
            case "namesake":
                return replace(other, sex=who.sex, birth=self._birth())
            case "parent":
                older = timedelta(self.random.randrange(8_000, 13_000))
                return replace(other, given=(self._given(who.locale, other.sex),), birth=who.birth - older)
            case "twin":
                return replace(other, given=(self._relatives_name(other, self.random.random() < 0.5),))
            case tie:
                apart = timedelta(self.random.randrange(300, 4_000) * self.random.choice([-1, 1]))
                name = self._relatives_name(other, tie == "sibling alike")
                return replace(other, given=(name,), birth=who.birth + apart)

    def _relatives_name(self, who: Somebody, alike: bool) -> str:
        """Return another given name; ``alike``: the one of the country that is spelled most like theirs."""
        others = [name for name in self._pool(who.locale) if fold(name) != fold(who.given[0])]
        if not alike:
            return self.random.choice(others)
        nearest: str = process.extractOne(who.given[0], others, scorer=OSA.distance)[0]
        return nearest

    def _made_pool(self, locale: str) -> list[str]:
        return sorted({self._given(locale, sex) for sex in "MF" for _ in range(300)})

    def _given(self, locale: str, sex: str) -> str:
        faker = self._fakers[locale]
        return str(faker.first_name_male() if sex == "M" else faker.first_name_female())

    def _key(self) -> str:
        self._count += 1
        return f"P{self._count:06}"

    def _birth(self) -> date:
        return OLDEST + timedelta(self.random.randrange(DAYS))

    def _id(self) -> str:
        return f"{self.random.randrange(10**8):08}"


def _row(who: Somebody, crowd: Crowd, slips: Slips) -> dict[str, str]:
    """Return how a table tells of somebody."""
    family, given = _written(who, crowd, slips)
    order = [family, *given] if crowd.random.random() < 0.5 else [*given, family]
    born = slips.birth_date(f"{who.birth:%Y%m%d}")
    return {
        "name": " ".join(order),
        "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else "",
        "sex": slips.sex(who.sex),
        "patient_id": slips.patient_id(who.patient_id),
    }


def _record(number: int, who: Somebody, crowd: Crowd, slips: Slips) -> Record:
    """Return how a DICOM tells of somebody."""
    family, given = _written(who, crowd, slips)
    return Record(
        id=f"D{number:06}",
        name=slips.person_name(family, given),
        birth_date=slips.birth_date(f"{who.birth:%Y%m%d}"),
        sex=slips.sex(who.sex),
        patient_id=slips.patient_id(who.patient_id),
        person=who.key,
    )


def _written(who: Somebody, crowd: Crowd, slips: Slips) -> tuple[str, list[str]]:
    """Return surname and given names as somebody types them; a wife may bear two surnames."""
    married = who.sex == "F" and crowd.random.random() < 0.015
    family = f"{who.family}-{crowd.family(who.locale)}" if married else who.family
    return slips.family_name(family), list(slips.given_names(who.given))
