"""What the user asked for, from options and from ``anonledger.toml``.

Owns: one frozen value with every default; it holds no identifier and no secret.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

from anonledger.errors import UsageError
from anonledger.folding import fold
from anonledger.outcomes import BurnedIn, DateOrder, Encapsulated, IdScheme, Layout, Matcher, OnResidue

# Documents and still images that lie beside scans and often show who the patient is.
DROPPED_FILE_TYPES = tuple(
    "pdf doc docx odt rtf txt csv tsv xls xlsx json xml html eml msg jpg jpeg png bmp tif tiff gif".split()
)
DROPPED_COLUMNS = ("report_path", "alt_names")
# What pseudonyms may be made of; whatever else is the name of a column of the table.
NAME_AND_BIRTH_DATE, NAME, PATIENT_ID = "name+birthdate", "name", "patient-id"
# 60 bits: with 10,000 patients a collision has odds of 1 in 10**10; csg has 32.
DIGITS = {IdScheme.HASH: 12, IdScheme.SEQUENTIAL: 4, IdScheme.CSG: 8}
SHORTEST_ID, LONGEST_ID = 4, 51
LONGEST_VALUE = 64  # characters that PatientID (LO) holds, PS3.5 table 6.2-1
SETTINGS_FILE = "anonledger.toml"
UNITS = ("", "k", "m", "g", "t", "p")


class Size(int):
    """A number of bytes, which people write as 500GB or 1TiB."""


def size_of(text: str) -> Size:
    """Return the bytes that a text says: a number and B, kB, MB, GB, TB, PB or KiB, MiB … Raises UsageError.

    The units are those of IEC 80000-13: 1 kB is 1000 bytes, 1 KiB is 1024.
    """
    said = re.fullmatch(r"(\d+(?:\.\d+)?) ?([kmgtp]?)(i?)b?", text.strip().lower())
    if said is None or (said[3] and not said[2]):
        raise UsageError("A size is a number of bytes with or without a unit, such as 500GB or 1TiB.")
    return Size(float(said[1]) * (1024 if said[3] else 1000) ** UNITS.index(said[2]))


MOST_UNPACKED = Size(2**40)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice of a run. Lists are tuples; distances and margins lie between 0 and 1.

    ``id_length`` 0 stands for what suits the kind of pseudonym: 12 characters of a hash, 4 digits, 8 of csg.
    """

    id_prefix: str = "subj_"
    id_length: int = 0
    ids: IdScheme = IdScheme.HASH
    id_from: str = NAME_AND_BIRTH_DATE
    matcher: Matcher = Matcher.EVIDENCE
    dist_threshold: float = 0.2
    dist_margin: float = 0.1
    name_columns: tuple[str, ...] = ()
    birthdate_column: str = ""
    sex_column: str = ""
    id_column: str = ""
    identifier_columns: tuple[str, ...] = ()
    date_order: DateOrder = DateOrder.AUTO
    sheet: str = ""
    encoding: str = ""
    drop_columns: tuple[str, ...] = DROPPED_COLUMNS
    keep_columns: tuple[str, ...] = ()
    drop_file_types: tuple[str, ...] = DROPPED_FILE_TYPES
    remove_tags: tuple[str, ...] = ()
    keep_tags: tuple[str, ...] = ()
    remove_staff: bool = False
    profile: str = "pseudonymize"
    layout: Layout = Layout.UID
    burned_in: BurnedIn = BurnedIn.QUARANTINE
    encapsulated: Encapsulated = Encapsulated.QUARANTINE
    on_residue: OnResidue = OnResidue.QUARANTINE
    max_unpacked: Size = MOST_UNPACKED
    max_ratio: int = 1000
    max_depth: int = 5

    def __post_init__(self) -> None:
        """Raise UsageError for values that would do harm."""
        if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*|", self.id_prefix):
            raise UsageError("The prefix of pseudonyms takes letters, digits, '.' (not first), '_' and '-'.")
        if not (self.id_length == 0 or SHORTEST_ID <= self.id_length <= LONGEST_ID):
            raise UsageError(f"Pseudonyms have {SHORTEST_ID} to {LONGEST_ID} characters behind their prefix.")
        if len(self.id_prefix) + self.id_digits > LONGEST_VALUE:
            raise UsageError(f"Pseudonyms may have {LONGEST_VALUE} characters at most. Shorten the prefix.")
        if not (0 <= self.dist_threshold <= 1 and 0 <= self.dist_margin <= 1):
            raise UsageError("The distance threshold and margin lie between 0 and 1.")
        if self.max_unpacked < 1 or self.max_ratio < 1 or self.max_depth < 0:
            raise UsageError("The limits of archives are numbers from 1 on; a depth of 0 opens no archive.")
        _refuse_encoding(self.encoding)

    @property
    def id_digits(self) -> int:
        """How many characters a pseudonym has behind its prefix."""
        return self.id_length or DIGITS[self.ids]


def _refuse_encoding(name: str) -> None:
    """Raise UsageError for what is no encoding of texts."""
    try:
        "a".encode(name or "utf-8")
    except (LookupError, ValueError) as error:
        raise UsageError(
            f"There is no encoding of texts called '{name}'. Usual ones are utf-8, cp1252, cp1250, cp1251."
        ) from error


def contrary(dropped: Iterable[str], kept: Iterable[str]) -> tuple[str, ...]:
    """Return those of the columns to keep that are to be dropped too, however they are spelled."""
    unwanted = set(map(_letters, dropped))
    return tuple(name for name in kept if _letters(name) in unwanted)


def _letters(column: str) -> str:
    return "".join(filter(str.isalnum, fold(column))) or column.strip()


def read_settings(project: Path) -> Settings:
    """Return the defaults, changed by the project's ``anonledger.toml`` where there is one.

    Raises UsageError for a file that is no TOML, a name that is no setting, or a value of the wrong kind.
    """
    path = project / SETTINGS_FILE
    if not path.exists():
        return Settings()
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{SETTINGS_FILE} cannot be read ({error}). Mend it or move it away.") from error
    defaults = Settings()
    known = {f.name for f in fields(Settings)}
    values: dict[str, object] = {}
    for name, value in found.items():
        key = name.replace("-", "_")
        if key not in known:
            raise UsageError(
                f"{SETTINGS_FILE} has the setting '{name}', which does not exist. "
                f"The settings are: {', '.join(sorted(known))}."
            )
        values[key] = _converted(name, value, getattr(defaults, key))
    if "drop_columns" in values:
        _refuse_contrary(values["drop_columns"], values.get("keep_columns", ()))
    return replace(defaults, **values)  # type: ignore[arg-type]


def _refuse_contrary(dropped: object, kept: object) -> None:
    both = contrary(dropped, kept) if isinstance(dropped, tuple) and isinstance(kept, tuple) else ()
    if both:
        raise UsageError(
            f"{SETTINGS_FILE} names the column '{both[0]}' in drop_columns and keep_columns. Decide for one."
        )


def _converted(name: str, value: object, default: object) -> object:
    match default, value:
        case tuple(), list() if all(isinstance(item, str) for item in value):
            return tuple(value)
        case StrEnum(), _:
            if isinstance(value, str) and value in [str(member) for member in type(default)]:
                return type(default)(value)
        case bool(), bool():
            return value
        case _, bool():
            pass
        case Size(), str() | int():
            return size_of(str(value))
        case float(), int() | float():
            return float(value)
        case (int(), int()) | (str(), str()):
            return value
    raise UsageError(f"{SETTINGS_FILE}: the setting '{name}' takes {_wanted(default)}.")


def _wanted(default: object) -> str:
    match default:
        case tuple():
            return "a list of texts"
        case StrEnum():
            return "one of " + ", ".join(type(default))
        case bool():
            return "true or false"
        case Size():
            return "a size such as 500GB"
        case float():
            return "a number"
        case int():
            return "a whole number"
        case _:
            return "a text"
