"""Name the files of the output tree, and list their digests.

Owns: a path is a function of what was written (the de-identified header) alone, and fits every system.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from anonledger.records import Output, Placement

UID = re.compile(r"(?!\.)[0-9.]{1,64}(?<!\.)")
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]')  # Windows, control characters, no UTF-8
DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)  # Windows
NAME_BYTES = 160  # most file systems end a name at 255 bytes; programs add to names
ENDING_LETTERS = 10
TOGETHER = 1000  # lines
OTHER = "other"  # the folder of what is no instance
TEMP = re.compile(r"\.anonledger-[0-9a-f]{16}\.tmp")


def instance_path(pseudonym: str, output: Output) -> str:
    """Return "pseudonym/study/series/instance.dcm": UIDs as written, a digest in place of an odd one.

    What breaks the rule for UIDs (PS3.5 section 9.1: digits and dots, 64 at most) may hold a patient's name,
    or be a name that a file system cannot take.
    """
    study = _uid_name(output.study) or "no-study"
    series = _uid_name(output.series) or "no-series"
    instance = _uid_name(output.instance) or f"instance-{output.digest[:16]}"
    return f"{pseudonym}/{study}/{series}/{instance}.dcm"


def other_path(output: Output, name: str) -> str:
    """Return "other/digest/name" for a carried file, its name made safe for every system."""
    return f"{OTHER}/{output.digest[:12]}/{_safe_name(name)}"


def checksums(placements: Iterable[Placement], files: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield the lines of SHA256SUMS, sorted by path, for ``sha256sum -c``, many at a time.

    ``files``: content by path. ``placements`` come sorted by path. A path with a backslash or a line break is
    escaped as GNU coreutils does it.
    """
    left = sorted((path, hashlib.sha256(content).hexdigest()) for path, content in files.items())
    coming = ((one.path, one.object_digest) for one in placements)
    while lines := list(islice(coming, TOGETHER)):
        before = [one for one in left if one[0] < lines[-1][0]]
        left = left[len(before) :]
        lines = sorted(lines + before) if before else lines
        yield "".join(_checksum(digest, path) for path, digest in lines).encode()
    yield "".join(_checksum(digest, path) for path, digest in left).encode()


def _checksum(digest: str, path: str) -> str:
    if "\\" not in path and path.isprintable():  # nearly all
        return f"{digest}  {path}\n"
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "" if escaped == path else "\\"
    return f"{mark}{digest}  {escaped}\n"


def _uid_name(uid: str) -> str:
    if not uid or UID.fullmatch(uid):
        return uid
    return "uid-" + hashlib.sha256(uid.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _safe_name(name: str) -> str:
    safe = UNSAFE.sub("_", unicodedata.normalize("NFC", name)).rstrip(". ")
    if DEVICE.match(safe) or TEMP.fullmatch(safe):
        safe = "_" + safe
    stem, dot, ending = safe.rpartition(".")
    if not dot or len(ending) > ENDING_LETTERS:
        stem, dot, ending = safe, "", ""
    cut = stem.encode()[:NAME_BYTES].decode("utf-8", "ignore")
    return f"{cut}{dot}{ending}".rstrip(". ") or "file"
