"""Build a small made-up study out of the example files that come with pydicom.

Owns: nobody in it exists, nothing is downloaded, and it is the same on every machine.
"""

import io
import struct
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydicom import Dataset, FileDataset, dcmread, dcmwrite
from pydicom.data import get_testdata_file
from pydicom.uid import generate_uid

from anonledger.disk import telling
from anonledger.errors import AnonledgerError, UsageError

SOURCES, ZIP = "dicom", ".zip"
PRIVATE_GROUP, PRIVATE_ELEMENT, PRIVATE = 0x0029, 0x10, "(0029,1010), private"
NIFTI_HEADER, NIFTI_DATA_AT, SIDE = 348, 352, 8


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file of the study: its path in the folder, through an archive if need be, and why it is there."""

    path: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Demo:
    """A study that was built, and where its parts lie."""

    folder: Path
    sources: Path
    table: Path
    salt_file: Path
    example: Path
    files: tuple[DemoFile, ...]


@dataclass(frozen=True, slots=True)
class _Patient:
    name: str
    id: str
    birth_date: str
    sex: str

    def told_in(self, template: str) -> str:
        """Return a text that names the patient."""
        family, given = self.name.split("^")
        return template.format(family=family, given=given, id=self.id)


@dataclass(frozen=True, slots=True)
class _File:
    """A file to make: ``like`` an example of pydicom, else with a ``text``, else a volume without a name."""

    path: str
    note: str = ""
    like: str = ""
    patient: str = ""
    study: str = "first"
    number: int = 1
    bytes_kept: int | None = None
    text: str = ""


def build(folder: Path) -> Demo:
    """Write the study into a new or empty folder.

    Raises UsageError for a folder that is not empty, StoreError for one that cannot be written, and
    AnonledgerError when pydicom came without its example files.
    """
    plan = _plan()
    made = [_File(**entry) for entry in plan["files"]]
    with telling(folder):
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(
                f"The folder {folder} is not empty. Name a new one for the demo, or remove this one first."
            )
        folder.mkdir(parents=True, exist_ok=True)
        for file in made:
            _write(folder, file.path, _content(file, plan))
        _write(folder, plan["table_file"], plan["table"].lstrip().encode())
        _write(folder, plan["salt_file"], plan["salt"].encode() + b"\n")
    return Demo(
        folder=folder,
        sources=folder / SOURCES,
        table=folder / plan["table_file"],
        salt_file=folder / plan["salt_file"],
        example=folder / plan["example"],
        files=tuple(DemoFile(file.path, file.note) for file in made),
    )


def before_and_after(demo: Demo, output: Path) -> list[tuple[str, str, str]]:
    """Return elements of the example as (name, value in the source, value in the output folder)."""
    before = dcmread(demo.example, stop_before_pixels=True)
    after = dcmread(next(output.rglob(f"{before.SOPInstanceUID}.dcm")), stop_before_pixels=True)
    return [(name, _value(before, name), _value(after, name)) for name in (*_plan()["shown"], PRIVATE)]


def _value(dataset: Dataset, name: str) -> str:
    if name == PRIVATE:
        creator = _plan()["private"]["creator"]
        return str(dataset.private_block(PRIVATE_GROUP, creator)[PRIVATE_ELEMENT].value)
    return str(dataset.get(name, "(removed)"))


def _plan() -> dict[str, Any]:
    return tomllib.loads(files("anonledger.engine").joinpath("demo.toml").read_text("utf-8"))


def _write(folder: Path, path: str, content: bytes) -> None:
    """Write a file; a path that leads through an archive adds a member to it."""
    archive, inside, member = path.partition(f"{ZIP}/")
    target = folder / (archive + ZIP if inside else path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not inside:
        target.write_bytes(content)
        return
    with ZipFile(target, "a") as opened:
        opened.writestr(ZipInfo(member), content, ZIP_DEFLATED)  # no date: the same bytes on every day


def _content(file: _File, plan: dict[str, Any]) -> bytes:
    if file.like:
        patient = _Patient(**plan["patients"][file.patient])
        return _instance(file, patient, plan["elements"], plan["private"])[: file.bytes_kept]
    return file.text.encode() or _volume()


def _instance(file: _File, patient: _Patient, elements: dict[str, str], private: dict[str, str]) -> bytes:
    """Return an example of pydicom as an instance of this patient, with the name in many places."""
    dataset = _example(file.like)
    _identify(dataset, file, patient)
    if not patient.name.isascii():
        dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName, dataset.PatientID = patient.name, patient.id
    dataset.PatientBirthDate, dataset.PatientSex = patient.birth_date, patient.sex
    for keyword, template in elements.items():
        setattr(dataset, keyword, patient.told_in(template))
    block = dataset.private_block(PRIVATE_GROUP, private["creator"], create=True)
    block.add_new(PRIVATE_ELEMENT, "LO", patient.told_in(private["value"]))
    written = io.BytesIO()
    dcmwrite(written, dataset, enforce_file_format=True)
    return written.getvalue()


def _example(name: str) -> FileDataset:
    path = get_testdata_file(name, download=False)
    if not isinstance(path, str):
        raise AnonledgerError(
            f"This installation of pydicom came without its example files ({name} is missing), which the "
            "demo is built from. Install pydicom from PyPI: pip install --force-reinstall pydicom"
        )
    return dcmread(path)


def _identify(dataset: Dataset, file: _File, patient: _Patient) -> None:
    """Give new UIDs, the same every time; slices of one kind are one series."""
    study = [patient.id, file.study]
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=study)
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=[*study, file.like])
    dataset.SOPInstanceUID = generate_uid(entropy_srcs=[*study, file.like, str(file.number)])
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.InstanceNumber = file.number


def _volume() -> bytes:
    """Return a NIfTI-1 volume of 8 x 8 x 8 grey values (one unsigned byte each) that says nothing else."""
    header = bytearray(NIFTI_DATA_AT)
    struct.pack_into("<i", header, 0, NIFTI_HEADER)
    struct.pack_into("<8h", header, 40, 3, SIDE, SIDE, SIDE, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 2, 8)
    struct.pack_into("<8f", header, 76, *[1.0] * 8)
    struct.pack_into("<2f", header, 108, NIFTI_DATA_AT, 1.0)
    header[344:348] = b"n+1\0"
    return bytes(header) + bytes(range(256)) * 2
