"""The participants of the dataset as BIDS has them: participants.tsv, and participants.json on its columns.

Owns: one line for each participant; what two rows of one say differently is not decided here.
Source: Brain Imaging Data Structure 1.10, "Participants file" and "Tabular files".
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ID, PSEUDONYM, SEX, AGE = "participant_id", "pseudonym", "sex", "age"
NOT_THERE = "n/a"
BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
ABOUT: Mapping[str, Mapping[str, object]] = {
    ID: {"Description": "The pseudonym as a label: its letters and digits"},
    PSEUDONYM: {"Description": "The pseudonym, which is the name of the participant's folder in the dataset"},
    SEX: {"Description": "Sex of the participant", "Levels": {"M": "male", "F": "female"}},
    AGE: {"Description": "Age of the participant", "Units": "year"},
}
SAID = "As the demographics table says it; n/a where its rows on one participant differ"


@dataclass(frozen=True, slots=True)
class Participants:
    """Columns with their headers, as they may be shared, and the rows of each pseudonym.

    ``known``: what BIDS calls a column (sex, age), "" for all others.
    """

    headers: tuple[str, ...]
    known: tuple[str, ...]
    rows: Mapping[str, Sequence[tuple[str, ...]]] = field(repr=False)


def to_tsv(people: Participants) -> bytes:
    """Return participants.tsv (UTF-8): a line for each pseudonym, sorted; tabs and line ends are spaces."""
    ids = labels(people.rows)
    lines = [names(people)]
    for pseudonym in sorted(people.rows):
        rows = people.rows[pseudonym]
        cells = [_only(row[at] for row in rows) for at in range(len(people.known))]
        lines.append([ids[pseudonym], pseudonym, *cells])
    return "".join("\t".join(line) + "\n" for line in lines).encode("utf-8", "backslashreplace")


def to_json(people: Participants) -> bytes:
    """Return participants.json: what each column of participants.tsv is."""
    told = {name: ABOUT[name] for name in (ID, PSEUDONYM)}
    for name, known, header in zip(names(people)[2:], people.known, people.headers, strict=True):
        about = dict(ABOUT[known] if known else {"Description": SAID})
        shown = _cell(header)
        told[name] = about if shown in (name, NOT_THERE) else {"LongName": shown, **about}
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def names(people: Participants) -> list[str]:
    """Return the names of the columns of participants.tsv, each another."""
    found = [ID, PSEUDONYM]
    for position, (header, known) in enumerate(zip(people.headers, people.known, strict=True), start=1):
        shown = _cell(header)
        name = known or (f"column_{position}" if shown == NOT_THERE else shown)
        # Those that BIDS has a name for keep it, whatever else is called so.
        taken = {*found} | (set() if known else {*filter(None, people.known)})
        number = 1
        while (unique := name if number == 1 else f"{name}_{number}") in taken:
            number += 1
        found.append(unique)
    return found


def labels(pseudonyms: Iterable[str]) -> dict[str, str]:
    """Return ``sub-`` and the letters and digits of each pseudonym; with a mark where two would be one."""
    plain = {one: re.sub("[^0-9A-Za-z]", "", one) for one in pseudonyms}
    many = Counter(label.casefold() for label in plain.values())
    return {
        one: f"sub-{label}" if label and many[label.casefold()] == 1 else f"sub-{label}{_mark(one)}"
        for one, label in plain.items()
    }


def _mark(pseudonym: str) -> str:
    return hashlib.sha256(pseudonym.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _only(cells: Iterable[str]) -> str:
    found = {_cell(cell) for cell in cells} - {NOT_THERE}
    return found.pop() if len(found) == 1 else NOT_THERE


def _cell(text: str) -> str:
    return BREAKS.sub(" ", text).strip() or NOT_THERE
