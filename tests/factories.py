"""Make DICOM files, studies and demographics tables of people who do not exist.

Owns: the same call gives the same DICOM bytes, on every machine.
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from pydicom import config
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_dataset, write_file_meta_info
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    MRImageStorage,
    generate_uid,
)

IMPLICIT, EXPLICIT, BIG = str(ImplicitVRLittleEndian), str(ExplicitVRLittleEndian), str(ExplicitVRBigEndian)
DEFLATED, ENCAPSULATED = str(DeflatedExplicitVRLittleEndian), str(JPEGBaseline8Bit)
SYNTAXES = (IMPLICIT, EXPLICIT, BIG, DEFLATED, ENCAPSULATED)
CREATOR = "ACME 1.1"  # of the private blocks
ROWS, COLUMNS = 4, 6


@dataclass(frozen=True, slots=True)
class Patient:
    """A made-up person: how the scanner spells them, and how many series of how many images there are."""

    name: str
    patient_id: str
    birth_date: str = "19700102"
    sex: str = "F"
    series: int = 1
    images: int = 2


def uid(*parts: object) -> str:
    """Return a UID that stands for the given parts."""
    return str(generate_uid(entropy_srcs=["anonledger", *map(str, parts)]))


def element(keyword: str, value: object, vr: str = "") -> DataElement:
    """Return an element of the standard, its value not looked at; bytes stay as they are."""
    tag = tag_for_keyword(keyword)
    assert tag is not None, keyword
    return _made(tag, vr or dictionary_VR(tag)[:2], value)


def _made(tag: int, vr: str, value: object) -> DataElement:
    if vr in ("DS", "IS") and isinstance(value, bytes):
        made = DataElement(tag, vr, "")
        made._value = value.decode("latin-1")  # the setter would insist on a number
        return made
    return DataElement(tag, vr, value, validation_mode=config.IGNORE)


def item(**elements: object) -> Dataset:
    """Return a data set (an item of a sequence) with the given elements, by keyword."""
    made = Dataset()
    for keyword, value in elements.items():
        made[keyword] = element(keyword, value)
    return made


def nested(depth: int, innermost: Dataset) -> Dataset:
    """Return an item with ``depth`` sequences around the innermost one."""
    made = innermost
    for _ in range(depth):
        made = item(ContentSequence=[made])
    return made


def instance(
    name: object = "Doe^Jane",
    patient_id: object = "P-104477",
    birth_date: object = "19700102",
    sex: str = "F",
    *,
    syntax: str = EXPLICIT,
    charset: str | Sequence[str] = "ISO_IR 192",
    meta: bool = True,
    preamble: bool = True,
    pixels: bytes | None = None,
    private: Sequence[tuple[int, str, object]] = (),
    series: int = 1,
    number: int = 1,
    **elements: object,
) -> bytes:
    """Return a small MR image as the bytes of a file.

    ``pixels``: 16-bit samples, or the fragment of an encapsulated syntax; None: a ramp, b"": no pixel data.
    ``private``: (element number 0x00..0xFF, VR, value) of a private block in group 0009. ``elements`` by
    keyword, sequences as lists of `item`; None takes an element away; bytes are written as they are.
    ``meta=False``: the bare data set, ``preamble=False``: file meta without preamble and prefix.
    """
    study = uid("study", patient_id)
    dataset = item(
        SpecificCharacterSet=charset,
        ImageType=["ORIGINAL", "PRIMARY", "M"],
        SOPClassUID=str(MRImageStorage),
        SOPInstanceUID=uid("instance", study, series, number),
        StudyDate="20200304",
        Modality="MR",
        StudyDescription="Head routine",
        SeriesDescription="t1 mprage sag",
        PatientName=name,
        PatientID=patient_id,
        PatientBirthDate=birth_date,
        PatientSex=sex,
        StudyInstanceUID=study,
        SeriesInstanceUID=uid("series", study, series),
        SeriesNumber=str(series),
        InstanceNumber=str(number),
    )
    _change(dataset, elements, private)
    _add_pixels(dataset, pixels, syntax)
    return _file(dataset, syntax, meta, preamble)


def _change(
    dataset: Dataset, elements: Mapping[str, object], private: Sequence[tuple[int, str, object]]
) -> None:
    for keyword, value in elements.items():
        if value is None:
            del dataset[keyword]
        else:
            dataset[keyword] = element(keyword, value)
    if private:
        block = dataset.private_block(0x0009, CREATOR, create=True)
        for offset, vr, value in private:
            dataset[block.get_tag(offset)] = _made(block.get_tag(offset), vr, value)


def study(path: Path, *patients: Patient, **elements: object) -> list[str]:
    """Write the patients' images below a folder, or into one zip (``path`` ends in .zip).

    Returns the names below the folder or in the zip, in order; none of them names a patient.
    """
    files = {
        f"case{case}/series{series}/IM{number}.dcm": instance(
            who.name, who.patient_id, who.birth_date, who.sex, series=series, number=number, **elements  # type: ignore[arg-type]
        )
        for case, who in enumerate(patients, 1)
        for series in range(1, who.series + 1)
        for number in range(1, who.images + 1)
    }  # fmt: skip
    if path.suffix == ".zip":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zipped(files))
        return list(files)
    for name, data in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return list(files)


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip of the files, all of them from 1980."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def table(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write a demographics table, its first row the names of the columns; .xlsx or delimited text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".xlsx":
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(list(row))
        book.save(path)
        return path
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _add_pixels(dataset: Dataset, pixels: bytes | None, syntax: str) -> None:
    if pixels == b"":
        return
    for keyword, value in {
        "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "Rows": ROWS, "Columns": COLUMNS,
        "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0,
    }.items():  # fmt: skip
        if keyword not in dataset:
            dataset[keyword] = element(keyword, value)
    if syntax == ENCAPSULATED:
        fragment = pixels or b"\xff\xd8\xff\xe0made up\xff\xd9"
        dataset["PixelData"] = element("PixelData", encapsulate([fragment, fragment]), "OB")
        dataset["PixelData"].is_undefined_length = True
        return
    ramp = bytes(range(ROWS * COLUMNS * 2))
    dataset["PixelData"] = element("PixelData", ramp if pixels is None else pixels, "OW")


def _file(dataset: Dataset, syntax: str, meta: bool, preamble: bool) -> bytes:
    implicit, little = syntax == IMPLICIT, syntax != BIG
    stream = DicomBytesIO()
    stream.is_implicit_VR, stream.is_little_endian = implicit, little
    dataset.file_meta = _meta(dataset, syntax)
    if meta and preamble:
        dcmwrite(stream, dataset, enforce_file_format=True, implicit_vr=implicit, little_endian=little)
        return bytes(stream.getvalue())
    if meta:
        head = DicomBytesIO()
        write_file_meta_info(head, dataset.file_meta)
        stream.write(head.getvalue())
    write_dataset(stream, dataset)
    return bytes(stream.getvalue())


def _meta(dataset: Dataset, syntax: str) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", MRImageStorage)
    meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", uid("instance"))
    meta.TransferSyntaxUID = UID(syntax)
    meta.ImplementationClassUID = UID(uid("implementation"))
    meta.ImplementationVersionName = "MADE UP"
    return meta
