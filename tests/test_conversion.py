"""What scientists convert: dcm2niix makes the same images and sidecars of the files before and after.

Owns: an independent program, neither ours nor pydicom, looks at the result; skipped where there is none.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file

from tests.program import anonledger, holds

FILES = ("MR_small.dcm", "CT_small.dcm", "JPEG2000.dcm", "MR_small_bigendian.dcm", "MR_small_RLE.dcm")
WHO = {"PatientName", "PatientID", "PatientBirthDate", "PatientSex", "AccessionNumber"}

pytestmark = pytest.mark.skipif(shutil.which("dcm2niix") is None, reason="dcm2niix is not installed")


def converted(source: Path, target: Path) -> tuple[dict[str, bytes], dict[str, dict[str, object]]]:
    """Return the images and the sidecars that dcm2niix makes of a folder, by series."""
    target.mkdir()
    command = ["dcm2niix", "-b", "y", "-ba", "n", "-f", "%j_%s", "-o", str(target), str(source)]
    subprocess.run(command, capture_output=True, check=True)
    images = {path.name: path.read_bytes() for path in target.glob("*.nii")}
    sidecars = {path.name: json.loads(path.read_text("utf-8")) for path in target.glob("*.json")}
    return images, sidecars


def without_identity(sidecars: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Return the sidecars without the fields that say who it is."""
    return {
        name: {key: v for key, v in sidecar.items() if key not in WHO} for name, sidecar in sidecars.items()
    }


def test_dcm2niix_makes_the_same_of_it(tmp_path: Path) -> None:
    source = tmp_path / "dicom"
    source.mkdir()
    for number, name in enumerate(FILES):
        dataset = dcmread(str(get_testdata_file(name)))
        dataset.PatientName, dataset.PatientID = f"Brandvold^Ada{'abcde'[number]}", f"KX-20417{number}"
        dataset.PatientComments = f"Ada{'abcde'[number]} Brandvold, second visit"
        dataset.save_as(source / name)
    anonledger("run", source, "--burned-in", "keep", cwd=tmp_path)
    before, after = (
        converted(folder, tmp_path / f"of {folder.name}") for folder in (source, tmp_path / "anonymized")
    )
    assert len(before[0]) >= 3
    assert after[0] == before[0]
    assert without_identity(after[1]) == without_identity(before[1])
    assert holds(tmp_path / "of dicom", "Brandvold")
    assert holds(tmp_path / "of anonymized", "Brandvold", "KX-20417") == []
