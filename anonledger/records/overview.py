"""What a person looks at after a run: how the dataset grew, and who is new in it.

Owns: sizes are in bytes; what is counted is what stands in the shareable folder.
"""

from dataclasses import dataclass, field

from anonledger.records.answers import RunSummary
from anonledger.records.sources import Location


@dataclass(frozen=True, slots=True)
class Growth:
    """A run, how many files it made (``done``), and what there was behind it: files, bytes, subjects."""

    run: RunSummary
    done: int
    files: int
    size: int
    subjects: int


@dataclass(frozen=True, slots=True)
class Share:
    """What is published of a subject, known since ``run``: so many files of so many bytes."""

    subject: int
    pseudonym: str
    run: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Lying:
    """Where bytes of that size (SHA-256 ``digest``) were found."""

    digest: str
    location: Location = field(repr=False)
    size: int
