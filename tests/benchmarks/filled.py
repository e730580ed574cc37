"""Make a project of as many files as wanted, as a first run would have left it.

Owns: everything is as the program itself wrote it, but for what it read in the files and made of each.

Source files of a few bytes stand for images: which file it is decides on everything that a look at it tells,
and what is written in its place is as small. Survey, digests, linkage, plan, objects, ledger, tree and tables
are the program's own, in a run of the command's own main job.
"""

import argparse
from hashlib import sha256
from pathlib import Path
from random import Random

from anonledger.engine import worker
from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import run
from anonledger.outcomes import QuarantineReason
from anonledger.records import Evidence, Header, Inspected, Job, Output, Verdict
from anonledger.settings import Settings
from anonledger.sources.contents import Buffer
from anonledger.store import Batch

CT = "1.2.840.10008.5.1.4.1.1.2"
SERIES = 50  # files
HELD_BACK = 1000  # one file in so many may show text in its pixels
WITHOUT_ROW = 50  # one patient in so many is not in the table
WORDS_OF_A_SERIES, WORDS_OF_ALL, NUMBERS = 40, 400, 8
ONSETS = "b br ch d dr f g gl h j k kr l m n p pr r s st t tr v w z".split()
NUCLEI = "a e i o u ai ei".split()


def main() -> None:
    """Make what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, required=True)
    parser.add_argument("--subjects", type=int, required=True)
    wanted = parser.parse_args()
    fill(wanted.folder, wanted.files, wanted.subjects)


def fill(folder: Path, files: int, subjects: int) -> None:
    """Write sources, table and project (in ``sources``, ``table.csv`` and ``study``) into a folder."""
    people = [Somebody(number) for number in range(subjects)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "salt").write_text("a made-up salt that no project uses")
    _write_table(folder / "table.csv", people)
    _write_sources(folder / "sources", files, subjects)
    instances = _Instances(people, -(-files // subjects))
    worker._inspect = instances.inspected
    worker._cleaned = instances.cleaned
    (folder / "study").mkdir()
    request = Request(
        project=project_at(folder / "study"),
        sources=(folder / "sources",),
        table=folder / "table.csv",
        settings=Settings(),
        salt_file=folder / "salt",
        jobs=1,
    )
    run(request, Silent())


class Somebody:
    """A patient whom a number decides on."""

    def __init__(self, number: int) -> None:
        """Make up who it is."""
        chance = Random(number)
        self.number = number
        self.family, self.given = (_name(chance, 3), _name(chance, 2))
        self.birth = f"{chance.randrange(1930, 2010)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        self.sex = chance.choice("FM")
        self.patient_id = f"HX-{number:06}"

    def evidence(self) -> Evidence:
        """Return what the files say of the patient."""
        return Evidence(
            patient_id=self.patient_id,
            name=f"{self.family}^{self.given}".upper(),
            birth_date=self.birth,
            sex=self.sex,
        )


def _name(chance: Random, syllables: int) -> str:
    parts = (chance.choice(ONSETS) + chance.choice(NUCLEI) for _ in range(syllables))
    return ("".join(parts) + chance.choice("nrlst")).capitalize()


def _write_table(file: Path, people: list[Somebody]) -> None:
    rows = ["patient_id,name,birth_date,sex,group"]
    for one in people:
        if one.number % WITHOUT_ROW:
            born = f"{one.birth[:4]}-{one.birth[4:6]}-{one.birth[6:]}"
            rows.append(f"{one.patient_id},{one.given} {one.family},{born},{one.sex},{'AB'[one.number % 2]}")
    file.write_text("\n".join(rows) + "\n")


def _write_sources(folder: Path, files: int, subjects: int) -> None:
    """Write files that hold their number, by patient and series."""
    each = -(-files // subjects)
    for number in range(files):
        series = folder / f"patient{number // each:06}" / f"series{number % each // SERIES}"
        if number % each % SERIES == 0:
            series.mkdir(parents=True)
        (series / f"IM{number % each:06}").write_bytes(b"%d" % number)


class _Instances:
    """What stands in each file, and what becomes of it."""

    def __init__(self, people: list[Somebody], each: int) -> None:
        self._people = people
        self._each = each
        chance = Random(0)
        self._words = sorted({_name(chance, 2).lower() for _ in range(WORDS_OF_ALL)})

    def inspected(self, data: Buffer, name: str) -> Inspected:
        """Return what a look at a file tells."""
        number = int(bytes(data))
        who = self._people[number // self._each]
        header = Header(
            sop_class=CT,
            sop_instance=f"2.25.{number}",
            study=f"2.25.7{who.number}",
            series=f"2.25.7{who.number}.{number % self._each // SERIES}",
            evidence=who.evidence(),
            risk=None if (number + 1) % HELD_BACK else QuarantineReason.BURNED_IN,
            words=self._said(who, number % self._each // SERIES),
        )
        return Inspected(header)

    def _said(self, who: Somebody, series: int) -> tuple[str, ...]:
        """Return the words and long numbers of a series; those of the patient's name are among them."""
        chance = Random(who.number * 1000 + series)
        numbers = (str(chance.randrange(10**7, 10**9)) for _ in range(NUMBERS))
        own = (who.family.lower(), who.given.lower())
        return tuple(sorted({*chance.sample(self._words, WORDS_OF_A_SERIES), *numbers, *own}))

    def cleaned(self, job: Job, data: Buffer, task: worker.Work, batch: Batch) -> Verdict:
        """Write a few other bytes in a file's place."""
        number = int(bytes(data))
        kept = batch.write([b"cleaned %d" % number])
        batch.keep(kept)
        study, instance = (_uid(job.recipe.pseudonym), _uid(job.source_digest))
        series = _uid(f"{job.recipe.pseudonym} {number % self._each // SERIES}")
        return Verdict(
            job.source_digest, job.job_digest, Output(kept.digest, kept.size, study, series, instance)
        )


def _uid(text: str) -> str:
    return f"2.25.{int(sha256(text.encode()).hexdigest()[:32], 16)}"


if __name__ == "__main__":
    main()
