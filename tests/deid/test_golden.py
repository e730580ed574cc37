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
GOLDEN_VERSION = 2
GOLDEN: dict[str, str] = {
    "implicit": "a7865fb3d39893199549cf93ee2523ee58161264b1da7591798317f8936aea5f",
    "explicit": "700b5e0140fd09d74592e48696df66160c4c4016bbb5dac42ed3007e7db6b1c6",
    "big": "6abe6c42b2e276e1ace28bfc6a5bbf80c67bae39104e1935181f7db297ec109d",
    "deflated": "bb50d896ac3acab5988fbcda7befe5b10017c3ee13bb5ad7c7c3258edaffb724",
    "fragments": "40f853bb501902f9d5b06417d5199b02d6868a15a616846dbbef5e17b573755a",
    "test_files/MR_small.dcm": "5718da07da1d2e1235d177a96266ac41addf75555a2d42964bfcc5be667a7159",
    "test_files/MR_small_implicit.dcm": "5f48407207ec245c3ce74bb62ea6e9273647b285abd9a8706389090fa4cdaa1a",
    "test_files/MR_small_bigendian.dcm": "82ce2d9ad83acb9de14816d9e02518bf401549d500fdcd7c24a0f7f545a7dbd7",
    "test_files/MR_small_RLE.dcm": "fbc9809b4f6e9e07a2ad14c2db1717a34ad8a362df22e36b97713b1b36793320",
    "test_files/MR_small_padded.dcm": "fb9af8d5270de1d17c642268171bee1902dc90cac252d62358d4a3d39984f1e8",
    "test_files/JPEG2000.dcm": "8a6c21e810cb1bb81c791e9f5d6386d2a579bb18f58f9d6c77db237f306fdd2b",
    "test_files/image_dfl.dcm": "8181772cf786412a2dd92c228476a8c9da37b9b0021f6a150571b6e43c85ba4a",
    "test_files/nested_priv_SQ.dcm": "a189649d198a36ddc0364ea05ff4fbc865b4232191bb9c9378d700fd4c55fd23",
    "test_files/reportsi.dcm": "2d17979cc4d47551f68d3a1b7e225fef5c20e3dbae2f11687e1baf194fd6492f",
    "test_files/rtplan.dcm": "c51d0cff513cc2a815dbc7aef3bd277e44ff2767151f2a79f72acb463d4948a8",
    "charset_files/chrJapMulti.dcm": "cc7f1371f08ab7807f8fb7e52be9517b11d427ac09926effc1af2223f11e7ba5",
    "charset_files/chrKoreanMulti.dcm": "e8246089928a4a873b8e04f0d620693d78171ebc868aca5a68fe2bfa53573568",
    "charset_files/chrGerm.dcm": "b2a6b262dc72e84faaef14d4961973a1e0e0b4192f21956f1409c984a48afc51",
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
