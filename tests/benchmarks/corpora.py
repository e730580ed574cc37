"""Build the sets of files that the benchmark runs on: CT, MR, enhanced MR, JPEG, and CT in zips.

Owns: the same bytes on every machine and every day; the names in them are made up, and stand where names do.

    python -m tests.benchmarks.corpora FOLDER KIND NUMBER...

One file of each patient is built with pydicom; the others are that one with other numbers in the same places.
"""

import argparse
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pydicom.dataset import Dataset

from tests import factories
from tests.benchmarks.leaking import PEOPLE

SERIES = 100  # files
NUMBER = "7000000000"  # in the built file, where each other one has its own
ZIPS = {"zip": "CT", "soft-zip": "soft"}  # what is in them
OURS = ("soft", *ZIPS)  # no other program reads archives; what is in one is measured to compare it with
KINDS = ("CT", "MR", "enhanced", "JPEG", "soft", *ZIPS)
SEED = 6
CT, ENHANCED = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4.1"
OF_ALL = """
    SeriesDate=20200304 AcquisitionDate=20200304 StudyTime=101010 ContentTime=101013 AccessionNumber=A0000017
    Manufacturer=Works InstitutionName=Lakeside StationName=SCANNER2 ManufacturerModelName=Works-3
    DeviceSerialNumber=12345 SoftwareVersions=w-1 ReferringPhysicianName=Vesterholt^Karin PatientAge=050Y
    OperatorsName=Moe^Iver PatientWeight=70 BodyPartExamined=HEAD SliceThickness=3 ProtocolName=t1-sag
    PatientPosition=HFS StudyID=1 AcquisitionNumber=1 ImagePositionPatient=-110\\-110\\42 SliceLocation=42
    ImageOrientationPatient=1\\0\\0\\0\\1\\0 PixelSpacing=0.7\\0.7 WindowCenter=600 WindowWidth=1200
    PerformedProcedureStepStartDate=20200304
"""
OF_CT = """
    Modality=CT KVP=120 XRayTubeCurrent=200 ConvolutionKernel=B30f GantryDetectorTilt=0 TableHeight=140
    RotationDirection=CW ExposureTime=500 DataCollectionDiameter=500 ReconstructionDiameter=360
    FilterType=FLAT GeneratorPower=24 RescaleIntercept=-1024 RescaleSlope=1 RescaleType=HU
"""
OF_MR = """
    RepetitionTime=2000 EchoTime=30 FlipAngle=90 MagneticFieldStrength=3 ImagingFrequency=123.2
    ImagedNucleus=1H NumberOfAverages=1 EchoNumbers=1 ScanningSequence=EP SequenceVariant=SK ScanOptions=FS
    MRAcquisitionType=2D SequenceName=epfid2d1_64 SpacingBetweenSlices=3.3 NumberOfPhaseEncodingSteps=63
    EchoTrainLength=1 PercentSampling=100 PercentPhaseFieldOfView=100 PixelBandwidth=2232 SAR=0.08 dBdt=0
    TransmitCoilName=Body InPlanePhaseEncodingDirection=COL AngioFlag=N
"""
OF_JPEG = "NumberOfFrames=2 LossyImageCompression=01 LossyImageCompressionRatio=10"


def main() -> None:
    """Build what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("counts", type=int, nargs="+")
    wanted = parser.parse_args()
    for count in wanted.counts:
        build(wanted.folder / str(count), wanted.kind, count)


def build(folder: Path, kind: str, count: int) -> None:
    """Write so many files of a kind below a folder; those of a zip into one archive there."""
    folder.mkdir(parents=True)
    files = made(ZIPS.get(kind, kind), count)
    if kind in ZIPS:
        with zipfile.ZipFile(folder / "scans.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in files:
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return
    for name, data in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def made(kind: str, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each file; patients come one after the other."""
    each = -(-count // len(PEOPLE))
    for number in range(count):
        who, own = divmod(number, each)
        if own == 0:
            whole = BUILDERS[kind](*PEOPLE[who])
        # Behind the last number come the pixels, which are the same in all files.
        end = whole.rfind(NUMBER.encode()) + len(NUMBER)
        head = whole[:end].replace(NUMBER.encode(), b"7%09d" % number)
        yield f"patient{who}/series{own // SERIES}/IM{own:06}.dcm", head + whole[end:]


def noise(size: int, bits: int) -> bytes:
    """Return 16-bit samples of noise of so many bits."""
    source = random.Random(SEED)
    high = bytes(value % (1 << (bits - 8)) for value in range(256))
    samples = bytearray(2 * size)
    samples[0::2] = source.randbytes(size)
    samples[1::2] = source.randbytes(size).translate(high)
    return bytes(samples)


def body(size: int) -> bytes:
    """Return 16-bit samples as of a CT: nothing around, slow changes within, and five bits of noise.

    Scanners' images can be packed to about a third; noise of twelve bits hardly can.
    """
    grain = random.Random(SEED).randbytes(size * size)
    half = size // 2
    image = bytearray(2 * size * size)
    for row in range(size):
        width = int(max(0, (half - 16) ** 2 - (row - half) ** 2) ** 0.5)
        for column in range(half - width, half + width):
            at = row * size + column
            value = 960 + (row + 2 * column) // 16 + grain[at] % 32
            image[2 * at : 2 * at + 2] = value.to_bytes(2, "little")
    return bytes(image)


def _ct(family: str, given: str, number: str) -> bytes:
    return _image(family, given, number, 512, noise(512 * 512, 12), SOPClassUID=CT, **_pairs(OF_CT))


def _soft(family: str, given: str, number: str) -> bytes:
    return _image(family, given, number, 512, body(512), SOPClassUID=CT, **_pairs(OF_CT))


def _mr(family: str, given: str, number: str) -> bytes:
    return _image(family, given, number, 128, noise(128 * 128, 12), **_pairs(OF_MR))


def _jpeg(family: str, given: str, number: str) -> bytes:
    """Return an image of two JPEG frames of 50 kB each: headers as they should be, noise for the picture."""
    scan = random.Random(SEED).randbytes(50_000).replace(b"\xff", b"\xfe")
    size = (256).to_bytes(2, "big")
    frame = b"".join(
        b"\xff" + mark + (len(body) + 2).to_bytes(2, "big") + body
        for mark, body in (
            (b"\xe0", b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            (b"\xdb", b"\0" + bytes(range(1, 65))),
            (b"\xc0", b"\x08" + size + size + b"\1\1\x11\0"),
            (b"\xc4", b"\0" + bytes([1] * 8 + [0] * 8) + bytes(range(8))),
            (b"\xda", b"\1\1\0\0\x3f\0"),
        )
    )
    data = b"\xff\xd8" + frame + scan + b"\xff\xd9"
    depth = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
    return _image(family, given, number, 256, data, syntax=factories.ENCAPSULATED, **depth, **_pairs(OF_JPEG))


def _enhanced(family: str, given: str, number: str) -> bytes:
    frames: dict[str, object] = {
        "NumberOfFrames": "500",
        "SharedFunctionalGroupsSequence": [_frame(0)],
        "PerFrameFunctionalGroupsSequence": [_frame(at) for at in range(500)],
    }
    return _image(family, given, number, 128, noise(128 * 128 * 500, 12), SOPClassUID=ENHANCED, **frames)


def _frame(at: int) -> Dataset:
    item = factories.item
    return item(
        FrameContentSequence=[
            item(StackID="1", InStackPositionNumber=at + 1, DimensionIndexValues=[1, at + 1])
        ],
        PlanePositionSequence=[item(ImagePositionPatient=["-110", "-110", str(at)])],
        PlaneOrientationSequence=[item(ImageOrientationPatient=["1", "0", "0", "0", "1", "0"])],
        PixelMeasuresSequence=[item(SliceThickness="3", PixelSpacing=["1.7", "1.7"])],
        FrameVOILUTSequence=[item(WindowCenter="600", WindowWidth="1200")],
    )


def _image(family: str, given: str, number: str, size: int, pixels: bytes, **further: object) -> bytes:
    """Return an image of a patient, who is named where scanners and people do so."""
    other = [
        factories.item(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID=factories.uid("other", at))
        for at in range(3)
    ]
    asked = factories.item(RequestedProcedureDescription=f"MRI of {family}", ScheduledProcedureStepID="7")
    elements: dict[str, object] = {
        **_pairs(OF_ALL),
        "StudyDescription": f"Head routine {family.upper()} {given.upper()}",
        "OtherPatientIDs": number,
        "OtherPatientNames": f"{given} {family}",
        "PatientComments": f"Phone {given} {family} first",
        "ImageComments": f"{family}, second visit",
        "RequestAttributesSequence": [asked],
        "ReferencedImageSequence": other,
        "FrameOfReferenceUID": factories.uid("frame", number),
        "Rows": size,
        "Columns": size,
        "SOPInstanceUID": f"2.25.{NUMBER}",
        "RequestedProcedureComments": f"image {NUMBER}",  # the last before the pixels tells where to look
        "private": [
            (0x10, "LO", f"/archive/{family}_{given}/{number}"),
            *((at, "LO", f"value {at} of the scanner's own") for at in range(0x11, 0x16)),
        ],
    }
    return factories.instance(f"{family}^{given}", number, pixels=pixels, **(elements | further))  # type: ignore[arg-type]


def _pairs(text: str) -> dict[str, object]:
    """Return elements that are spelled KEYWORD=VALUE, a few on each line."""
    return {name: value for name, _, value in (pair.partition("=") for pair in text.split())}


BUILDERS = {"CT": _ct, "MR": _mr, "enhanced": _enhanced, "JPEG": _jpeg, "soft": _soft}

if __name__ == "__main__":
    main()
