"""Have another program's library de-identify the files of a folder, as its own documents say.

Owns: ``python peers.py NAME IN OUT``, by the interpreter that has the library; nothing of ours is needed.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

# What those need that have no rules of their own: every element that this benchmark plants a name in.
FLYWHEEL = """
version: 1
name: benchmark
dicom:
  remove-private-tags: true
  fields:
    - {name: PatientName, replace-with: X}
    - {name: PatientID, replace-with: X}
    - {name: OtherPatientIDs, remove: true}
    - {name: OtherPatientNames, remove: true}
    - {name: PatientComments, remove: true}
"""


def main() -> None:
    """Do what the arguments say."""
    name, source, target = sys.argv[1:]
    PEERS[name](Path(source), Path(target))


def _pairs(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            yield str(path), str(place)


def _pydicom(source: Path, target: Path) -> None:
    """Read and write: what all that is built on it costs at least."""
    from pydicom import dcmread

    for path, place in _pairs(source, target):
        found = dcmread(path)
        for _ in found.iterall():  # values are read when they are asked for
            pass
        found.save_as(place)


def _dcmanon(source: Path, target: Path) -> None:
    from dcmanon import Anonymizer

    anonymizer = Anonymizer()
    for path, place in _pairs(source, target):
        Path(place).write_bytes(anonymizer.anonymize(path))


def _fw_file_rs(source: Path, target: Path) -> None:
    from fw_file_rs.dcm import DeidProfile

    profile = DeidProfile.from_yaml(FLYWHEEL)
    for path, place in _pairs(source, target):
        Path(place).write_bytes(profile.deid_file(f"{Path(path).name}.dcm", Path(path).read_bytes()))


def _dicognito(source: Path, target: Path) -> None:
    from dicognito.__main__ import main as dicognito

    dicognito(["--quiet", "--output-directory", str(target), str(source)])


def _dicom_anonymizer(source: Path, target: Path) -> None:
    from dicomanonymizer.simpledicomanonymizer import anonymize_dicom_file

    for path, place in _pairs(source, target):
        anonymize_dicom_file(path, place)


def _dcm_anonymizer(source: Path, target: Path) -> None:
    from dcm_anon.cli import main as dcm_anon

    sys.argv = ["dcm-anon", "--quiet", "--salt", "a made-up salt", str(source), str(target)]
    dcm_anon()


def _deid(source: Path, target: Path) -> None:
    from deid.dicom import get_identifiers, replace_identifiers

    for path, place in _pairs(source, target):
        found = get_identifiers([path])
        folder = str(Path(place).parent)
        replace_identifiers([path], ids=found, save=True, output_folder=folder, remove_private=True)


def _idiscore(source: Path, target: Path) -> None:
    from idiscore.defaults import create_default_core
    from pydicom import dcmread

    core = create_default_core()
    for path, place in _pairs(source, target):
        core.deidentify(dcmread(path)).save_as(place)


PEERS: dict[str, Callable[[Path, Path], None]] = {
    "pydicom": _pydicom,
    "dcmanon": _dcmanon,
    "fw-file-rs": _fw_file_rs,
    "dicognito": _dicognito,
    "dicom-anonymizer": _dicom_anonymizer,
    "dcm-anonymizer": _dcm_anonymizer,
    "deid": _deid,
    "idiscore": _idiscore,
}

if __name__ == "__main__":
    main()
