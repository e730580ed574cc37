"""The same source, rules and recipe give the same bytes everywhere and in every later version.

Owns: nobody changes what an action does and forgets RULES_VERSION.
"""

from hashlib import sha256
from pathlib import Path

import pydicom
import pytest

from anonledger.deid.profile import RULES_VERSION
from tests.deid.builders import RULES, cleaned, recipe
from tests.factories import BIG, DEFLATED, ENCAPSULATED, EXPLICIT, IMPLICIT, instance, item, nested

BUNDLED = Path(pydicom.__file__).parent / "data"
WHO = recipe(
    "CompressedSamples^MR1", "Doe^Jane", "Müller^Jörg", "やまだ^たろう", "김^희중", ids=("4MR1", "P-104477")
)
ADVICE = (
    "The bytes that cleaning gives have changed. If an action, the hunt or the splice was changed on "
    "purpose, raise RULES_VERSION in deid/profile.py, so that what was made before is made again; then renew "
    "GOLDEN."
)
GOLDEN_VERSION = 1
GOLDEN: dict[str, str] = {
    "implicit": "676c871e238f890477cf109c0222dcacf4c7db7e3a88bda561d02a06ecbf3335",
    "explicit": "d61a64fe700b75358fb5e56cce4912f0748f5364e10786ef98701ccd0678c629",
    "big": "80af53a8dcb26471e73ae89e14184811bc7579f76d1b34739f7cbc0bdc137d5e",
    "deflated": "23123a9e6d63f32b3aaabfaaa734927f7dcdaa195d5c4f554434acd4720a3fb0",
    "fragments": "b430aa80223b06024396c0c62a874d7b7423d7ee7db059ac42e5e93d361553fb",
    "test_files/MR_small.dcm": "93db0cf24fdd57396566de5d7d04b36a38107a01121773f46e1adc34aaf71a4e",
    "test_files/MR_small_implicit.dcm": "5f2391f006cf68450c6cedf0cc86d94e86a925d9c40bcdb255087e34edacaa7e",
    "test_files/MR_small_bigendian.dcm": "421ecf13e6a94bc858d23b16a78bdd843cfaa839158b9294cb32491b0ccdf0a9",
    "test_files/MR_small_RLE.dcm": "9e878b76e9d11da6bc0134ba654d010851c885ff1b8ad8e5081bf0e24353e242",
    "test_files/MR_small_padded.dcm": "3703c5f76b88dbab5d93400ac394a20f9d7a55c66786bff8fe55af1c8927ca5e",
    "test_files/JPEG2000.dcm": "faf47203c7ecde5a2a68e3773f2f1c1cf81a0f52538fec578166e2a920049bac",
    "test_files/image_dfl.dcm": "11357c63b11c82432964b7b1bf3f62f1f4a79227e4d1c8444cb290cd5cb44e19",
    "test_files/nested_priv_SQ.dcm": "da0aa40fbcfe9f237f67bacbf488d406cef4f861d631f0b1cd0263da320e3559",
    "test_files/reportsi.dcm": "1fc2a32a54f8be66122086923d38574fdb9643a1a2040370fa5da339660fa94e",
    "test_files/rtplan.dcm": "30e2b5c04698e1100f8751ad83073f842a10f66e16e3236b517af933e2f75f51",
    "charset_files/chrJapMulti.dcm": "3b6b28cc2207d95a7a7b263ff4b3ced2bf9c49223aadce193775503b75a19acc",
    "charset_files/chrKoreanMulti.dcm": "c53eed8d2dc1917e11682a1d476b7be9291b54c7da845ecd48fa7b0ca0b60d17",
    "charset_files/chrGerm.dcm": "d204971d07a9bce3d9d2165a36bddda5c92d9841bc696eb8a7d60011462c1899",
}


def made(syntax: str) -> bytes:
    """Return a file with something of every kind to clean."""
    return instance(
        "Doe^Jane",
        syntax=syntax,
        charset="ISO_IR 100",
        StudyDescription="t1 for Jane Doe",
        AccessionNumber="DOE 12345678901",
        OperatorsName="Müller^Jörg".encode("latin-1"),
        PatientAddress="12 Elm Row",
        ContentSequence=[nested(3, item(TextValue="P-104477 is J. Doe")), item()],
        private=[(1, "OB", b"\0\1 by Doe^Jane \0\2"), (2, "LO", "Doe"), (3, "UN", b"Jane\0\xff")],
    )


def source(name: str) -> bytes:
    """Return a file of pydicom, or one that is made here in a transfer syntax."""
    syntaxes = {
        "implicit": IMPLICIT, "explicit": EXPLICIT, "big": BIG,
        "deflated": DEFLATED, "fragments": ENCAPSULATED,
    }  # fmt: skip
    return made(syntaxes[name]) if name in syntaxes else (BUNDLED / name).read_bytes()


@pytest.mark.parametrize("name", GOLDEN)
def test_the_same_source_gives_the_same_bytes(name: str) -> None:
    assert sha256(cleaned(source(name), WHO)).hexdigest() == GOLDEN[name], ADVICE


def test_the_digests_are_of_the_version_of_the_rules() -> None:
    assert (RULES_VERSION, RULES.version) == (GOLDEN_VERSION, GOLDEN_VERSION), ADVICE
    assert len(GOLDEN) > 12
