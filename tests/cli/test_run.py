"""What a person meets at the command line of ``anonledger run``."""

import io
import tarfile
import zipfile
from pathlib import Path

from pydicom import dcmread
from pydicom.data import get_testdata_file

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, contents, holds, images, pseudonyms, rows

JANE = Patient("Zweifelhofer^Jane", "P-104477", "19700102", "F")
OMAR = Patient("Qasimov^Omar", "P-220815", "19810506", "M")


def tarred(files: dict[str, bytes], mode: str) -> bytes:
    """Return a tar of the files; ``mode`` is w, w:gz …"""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def test_every_kind_of_source_gives_the_same_dataset(tmp_path: Path) -> None:
    files = {f"a/b/IM{n}": factories.instance(JANE.name, JANE.patient_id, number=n) for n in range(1, 4)}
    for name, data in files.items():
        target = tmp_path / "folder" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (tmp_path / "one.zip").write_bytes(factories.zipped(files))
    (tmp_path / "two.zip").write_bytes(factories.zipped({"deep/inner.zip": factories.zipped(files)}))
    (tmp_path / "one.tar").write_bytes(tarred(files, "w"))
    (tmp_path / "one.tar.gz").write_bytes(tarred(files, "w:gz"))
    found = []
    for number, source in enumerate(["folder", "one.zip", "two.zip", "one.tar", "one.tar.gz"]):
        anonledger("run", source, "--project", f"p{number}", cwd=tmp_path)
        found.append(images(tmp_path / f"p{number}" / "anonymized"))
    assert len(found[0]) == 3
    assert all(one == found[0] for one in found)
    together = anonledger("run", "folder", "one.zip", "two.zip", "--project", "all", cwd=tmp_path)
    assert images(tmp_path / "all" / "anonymized") == found[0]
    assert "6 of the same bytes" in together.stdout


def test_an_archive_that_is_not_changed_is_not_opened_again(tmp_path: Path) -> None:
    factories.study(tmp_path / "scans.zip", JANE, OMAR)
    anonledger("run", "scans.zip", cwd=tmp_path)
    before = contents(tmp_path / "anonymized")
    assert "Nothing to do" in anonledger("run", "scans.zip", cwd=tmp_path).stdout
    factories.study(tmp_path / "scans.zip", JANE)
    done = anonledger("run", "scans.zip", cwd=tmp_path).stdout
    assert "Nothing to do" in done, "a source that is gone keeps its output"
    assert contents(tmp_path / "anonymized") == before


def test_a_file_without_meta_and_one_without_suffix_are_taken(tmp_path: Path) -> None:
    (tmp_path / "bare").write_bytes(factories.instance(*("Zweifelhofer^Jane", "P-1044"), meta=False))
    (tmp_path / "headless.dcm").write_bytes(
        factories.instance("Qasimov^Omar", "P-2208", preamble=False, number=2)
    )
    anonledger("run", "bare", "headless.dcm", cwd=tmp_path)
    published = images(tmp_path / "anonymized")
    assert len(published) == 2
    for path in published:
        found = dcmread(tmp_path / "anonymized" / path)
        assert str(found.PatientName) == found.PatientID == path.split("/")[0]
        assert found.PatientIdentityRemoved == "YES"


def test_other_files_are_dropped_carried_or_held_back(tmp_path: Path) -> None:
    source = tmp_path / "dicom"
    factories.study(source, JANE)
    (source / "report.pdf").write_bytes(b"%PDF Zweifelhofer")
    (source / "photo.JPG").write_bytes(b"\xff\xd8 Zweifelhofer")
    (source / "brain.nii").write_bytes(b"\x5c\x01\0\0" + bytes(400))
    (source / "other.nii").write_bytes(b"\x5c\x01\0\0 of ZWEIFELHOFER, jane" + bytes(400))
    (source / "zweifelhofer.nii").write_bytes(b"\x5c\x01\0\0\1" + bytes(400))
    (source / "packed.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(50))
    directory = get_testdata_file("DICOMDIR", read=False)
    (source / "DICOMDIR").write_bytes(Path(str(directory)).read_bytes())
    done = anonledger("run", "dicom", cwd=tmp_path, status=3)
    assert "2 by file type" in done.stdout
    assert "1 directory of another set of files" in done.stdout
    names = [p.rsplit("/", 1)[-1] for p in contents(tmp_path / "anonymized") if p.startswith("other/")]
    assert names == ["brain.nii"]
    held = {Path(r["path"]).name: r["reason"] for r in rows(tmp_path / "private" / "quarantine.csv")}
    assert held == {
        "other.nii": "identifier in a file that cannot be cleaned",
        "zweifelhofer.nii": "identifier in the name of a file that cannot be cleaned",
        "packed.7z": "compressed in a way that cannot be searched",
        "DICOMDIR": "directory of another set of files",
    }
    assert holds(tmp_path / "anonymized", "zweifelhofer") == []


def test_what_is_left_out_for_safety_stays_left_out(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    (tmp_path / "dicom" / "report.pdf").write_bytes(b"%PDF packed")
    (tmp_path / "dicom" / "brain.nii").write_bytes(b"\x5c\x01\0\0" + bytes(400))
    table = [["name", "alt_names", "weight", "born"], ["Jane Zweifelhofer", "Janey", "61", "1970-01-02"]]
    factories.table(tmp_path / "t.csv", table)
    options = ("--drop-filetype", "nii", "--drop-column", "weight")
    anonledger("run", "dicom", "-d", "t.csv", *options, cwd=tmp_path)
    assert not [p for p in contents(tmp_path / "anonymized") if p.startswith("other/")]
    header = (tmp_path / "anonymized" / "demographics.csv").read_text().splitlines()[0]
    assert header == "name,born"
    exported = anonledger("export", "demographics", cwd=tmp_path).stdout
    assert exported.encode() == (tmp_path / "anonymized" / "demographics.csv").read_bytes()


def test_the_checksums_are_right(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE, OMAR)
    factories.table(tmp_path / "t.csv", [["name"], ["Jane Zweifelhofer"]])
    anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path)
    shared = contents(tmp_path / "anonymized")
    lines = (tmp_path / "anonymized" / "SHA256SUMS").read_text().splitlines()
    said = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    assert said == {path: digest for path, digest in shared.items() if path != "SHA256SUMS"}


def test_a_mirrored_layout_keeps_inner_folders_without_the_name(tmp_path: Path) -> None:
    folder = tmp_path / "dicom" / "Zweifelhofer_Jane" / "MR head" / "of Jane Zweifelhofer"
    folder.mkdir(parents=True)
    (folder / "ZWEIFELHOFER_1.dcm").write_bytes(factories.instance(JANE.name, JANE.patient_id))
    anonledger("run", "dicom", "--layout", "mirror", cwd=tmp_path)
    (path,) = images(tmp_path / "anonymized")
    pseudonym = pseudonyms(tmp_path)[JANE.name]
    assert path == f"{pseudonym}/MR head/of {pseudonym}/{pseudonym}_1.dcm"


def test_sequential_ids_stay_when_subjects_are_added(tmp_path: Path) -> None:
    factories.study(tmp_path / "first", OMAR)
    factories.study(tmp_path / "second", JANE)
    anonledger("run", "first", "--ids", "sequential", "--id-prefix", "pat", cwd=tmp_path)
    anonledger("run", "first", "second", "--ids", "sequential", "--id-prefix", "pat", cwd=tmp_path)
    assert pseudonyms(tmp_path) == {OMAR.name: "pat0001", JANE.name: "pat0002"}


def test_prefix_and_length_of_pseudonyms(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    anonledger("run", "dicom", "--id-prefix", "X-", "--id-length", 20, cwd=tmp_path)
    (pseudonym,) = pseudonyms(tmp_path).values()
    assert pseudonym.startswith("X-")
    assert len(pseudonym) == 22


def test_a_collision_names_the_way_out_and_releases_nothing(tmp_path: Path) -> None:
    names = [
        [f"Person{chr(97 + n // 676)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)} Made Up"] for n in range(1500)
    ]
    factories.table(tmp_path / "t.csv", [["name"], *names])
    done = anonledger("run", "-d", "t.csv", "--id-length", 4, cwd=tmp_path, status=1)
    assert "--id-length" in done.stderr
    assert not (tmp_path / "anonymized").exists()
    anonledger("run", "-d", "t.csv", cwd=tmp_path)
    assert len((tmp_path / "anonymized" / "demographics.csv").read_text().splitlines()) == 1501


def test_namesakes_have_pseudonyms_of_their_own(tmp_path: Path) -> None:
    factories.study(tmp_path / "a", Patient("Lindqvist^Ruth", "A-0001", "19500101"))
    factories.study(tmp_path / "b", Patient("Lindqvist^Ruth", "B-0001", "19990909"))
    factories.study(tmp_path / "c", Patient("Lindqvist^Ruth", "C-0001", ""))
    anonledger("run", "a", "b", "c", cwd=tmp_path)
    assert len({path.split("/")[0] for path in images(tmp_path / "anonymized")}) == 3


def test_a_tie_is_not_linked_but_listed_for_review(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", Patient("Lindqvist^Ruth", "A-0001", ""))
    table = [
        ["name", "born", "weight"],
        ["Ruth Lindqvist", "1950-01-01", "50"],
        ["Ruth Lindqvist", "1999-09-09", "60"],
    ]
    factories.table(tmp_path / "t.csv", table)
    done = anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path, status=4)
    assert "not certain" in done.stdout
    assert len((tmp_path / "anonymized" / "demographics.csv").read_text().splitlines()) == 1
    (match,) = rows(tmp_path / "private" / "matches.csv")
    assert (match["status"], match["row"], match["candidates"]) == ("review", "", "1|2")
    assert [r["status"] for r in rows(tmp_path / "private" / "missing.csv")] == ["review"]


def test_missing_patients_and_unused_rows_are_listed(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE, OMAR)
    factories.table(tmp_path / "t.csv", [["name"], ["Jane Zweifelhofer"], ["Tegernsee Paul"]])
    anonledger("run", "dicom", "-d", "t.csv", "--unused-rows", cwd=tmp_path)
    missing = rows(tmp_path / "private" / "missing.csv")
    assert [(m["patient_name"], m["status"], m["row"]) for m in missing] == [
        ("Qasimov^Omar", "missing", ""),
        ("Tegernsee Paul", "unused row", "2"),
    ]
    (shared,) = rows(tmp_path / "anonymized" / "missing.csv")
    assert shared == {"pseudonym": pseudonyms(tmp_path)[OMAR.name]}


def test_a_table_alone_and_then_its_dicom_share_pseudonyms(tmp_path: Path) -> None:
    table = [["Nom", "Prénom", "alt_names", "note"], ["ZWEIFELHOFER", "Jané", "Janey Z", "Jané dort"]]
    factories.table(tmp_path / "t.csv", table, delimiter="\t", encoding="utf-16")
    anonledger("run", "-d", "t.csv", cwd=tmp_path)
    alone = (tmp_path / "anonymized" / "demographics.csv").read_text()
    (pseudonym,) = pseudonyms(tmp_path).values()
    assert pseudonym in alone
    assert "alt_names" not in alone
    assert not {"jané", "zweifelhofer"} & set(alone.lower().split())
    factories.study(tmp_path / "dicom", JANE)
    anonledger("run", "dicom", cwd=tmp_path)
    assert set(pseudonyms(tmp_path).values()) == {pseudonym}
    assert {path.split("/")[0] for path in images(tmp_path / "anonymized")} == {pseudonym}


def test_tags_are_removed_and_kept_on_request(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(
        factories.instance(*("Zweifelhofer^Jane", "P-1044"), StationName="MR3", PatientAddress="Hillside 3")
    )
    anonledger("run", "a.dcm", "--remove-tag", "0008,1010", "--keep-tag", "PatientAddress", cwd=tmp_path)
    (path,) = images(tmp_path / "anonymized")
    found = dcmread(tmp_path / "anonymized" / path)
    assert "StationName" not in found
    assert found.PatientAddress == "Hillside 3"


def test_settings_come_from_the_project_and_options_change_them(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    (tmp_path / "anonledger.toml").write_text('id_prefix = "pat_"\nlayout = "mirror"\n')
    anonledger("run", "dicom", cwd=tmp_path)
    (path,) = [p for p in images(tmp_path / "anonymized") if p.endswith("IM1.dcm")]
    assert path.startswith("pat_")
    (tmp_path / "anonledger.toml").write_text('prefix = "pat_"\n')
    assert "id_prefix" in anonledger("run", "dicom", cwd=tmp_path, status=2).stderr


def test_exports_are_what_the_run_wrote(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE, OMAR)
    factories.table(tmp_path / "t.csv", [["name"], ["Jane Zweifelhofer"]])
    anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path)
    for name in ("mapping", "missing", "matches", "quarantine"):
        anonledger("export", name, "-o", f"{name}.csv", cwd=tmp_path)
        assert (tmp_path / f"{name}.csv").read_bytes() == (tmp_path / "private" / f"{name}.csv").read_bytes()
    said = anonledger("export", "demographics", cwd=tmp_path).stdout
    assert said.encode() == (tmp_path / "anonymized" / "demographics.csv").read_bytes()
    refused = anonledger("export", "mapping", "-o", "anonymized/mapping.csv", cwd=tmp_path, status=2)
    assert "names patients" in refused.stderr


def test_status_counts(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE, OMAR)
    assert "no anonledger project" in anonledger("status", cwd=tmp_path, status=2).stderr
    anonledger("run", "dicom", cwd=tmp_path)
    lines = anonledger("status", "--format", "csv", cwd=tmp_path).stdout.splitlines()
    said = dict(line.split(",") for line in lines)
    assert (said["subjects"], said["instances"], said["published"]) == ("2", "4", "4")


def test_zip_names_never_become_paths(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../up.dcm", factories.instance(JANE.name, JANE.patient_id))
        archive.writestr("/abs\\c:\\x.dcm", factories.instance(JANE.name, JANE.patient_id, number=2))
    anonledger("run", "a.zip", "--layout", "mirror", cwd=tmp_path)
    assert len(images(tmp_path / "anonymized")) == 2
    assert {p.name for p in tmp_path.iterdir()} == {"a.zip", "anonymized", "private", ".anonledger"}
