"""Archives that hit a limit are followed again when the limit changed, and only then."""

import io
import os
import zipfile
from pathlib import Path

from anonledger.outcomes import QuarantineReason
from anonledger.settings import size_of
from tests.engine.conftest import Runner
from tests.factories import Patient, instance
from tests.program import images

ANNA = Patient("Rossellini^Anna", "A-10010")


def zipped(**files: bytes) -> bytes:
    """Return a zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_a_depth_that_is_raised_opens_what_was_too_deep(tmp_path: Path, go: Runner) -> None:
    inner = zipped(a=instance(ANNA.name, ANNA.patient_id))
    (tmp_path / "dicom" / "x.zip").write_bytes(zipped(inner=inner))
    assert go(max_depth=1).report.quarantined == {QuarantineReason.ARCHIVE_TOO_DEEP: 1}
    assert go(max_depth=1).report.quarantined_still == {QuarantineReason.ARCHIVE_TOO_DEEP: 1}
    assert not go(max_depth=2).report.quarantined
    assert len(images(tmp_path / "anonymized")) == 1


def test_what_unpacks_to_too_much_is_held_back_until_more_is_allowed(tmp_path: Path, go: Runner) -> None:
    archive = tmp_path / "dicom" / "x.zip"
    archive.write_bytes(zipped(a=instance(ANNA.name, ANNA.patient_id), b=os.urandom(4000)))
    assert go(max_unpacked=size_of("2kB")).report.quarantined[QuarantineReason.ARCHIVE_TOO_LARGE]
    assert not go(max_unpacked=size_of("1 MB")).report.quarantined
    assert len(images(tmp_path / "anonymized")) == 1


def test_an_archive_at_its_limit_is_not_opened_again_for_nothing(tmp_path: Path, go: Runner) -> None:
    archive = tmp_path / "dicom" / "x.zip"
    archive.write_bytes(zipped(inner=zipped(a=b"text")))
    go(max_depth=1)
    before = archive.stat()
    archive.write_bytes(b"x" * before.st_size)
    os.utime(archive, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert go(max_depth=1).report.quarantined == {QuarantineReason.ARCHIVE_TOO_DEEP: 1}
    assert go(max_depth=2).report.quarantined == {QuarantineReason.ARCHIVE_UNREADABLE: 1}
