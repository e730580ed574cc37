"""Make pseudonyms out of who a subject is and the project's secret salt.

Owns: the same subject and salt give the same pseudonym on every machine.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

from anonledger.digests import keyed_digest
from anonledger.errors import UsageError
from anonledger.folding import fold
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import canonical, is_placeholder, letters

# Crockford's base 32: no I, L, O or U, so that nothing is misread and no word comes out.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HASH_BITS = 256
SHORTEST, LONGEST = 4, HASH_BITS // 5
CSG_ORDER, LONGEST_CSG = "abcdefghijklmnopqrstuvwxyz1234567890-", 32


def key_fields(names: Sequence[str], birth_dates: Sequence[str]) -> tuple[str, str]:
    """Return the canonical name and birth date (YYYYMMDD) that stand for a subject, "" for unknown.

    The name with the most letters, then the smallest; the most frequent birth date, then the smallest.
    """
    usable = {canonical(name) for name in names if not is_placeholder(name)}
    name = min(usable, key=lambda n: (-len(letters(n)), n), default="")
    dates = Counter(filter(None, map(birth_date, birth_dates)))
    return name, min(dates, key=lambda d: (-dates[d], d), default="")


def key_hash(salt: bytes, canonical_name: str, birth_date: str, *more: str) -> str:
    """Return the HMAC-SHA256 (64 hexadecimal digits) that a subject's pseudonym is made of."""
    return keyed_digest(salt, "pseudonym/1", canonical_name, birth_date, *more).hex()


def pseudonym(key_hash: str, prefix: str, length: int) -> str:
    """Return the prefix and the first ``length`` (4 to 51) base 32 digits of a key hash, 5 bits each.

    Raises UsageError for another length.
    """
    if not SHORTEST <= length <= LONGEST:
        raise UsageError(
            f"A pseudonym of {length} digits cannot be made. Choose a length from {SHORTEST} to {LONGEST}."
        )
    number = int(key_hash, 16)
    return prefix + "".join(DIGITS[number >> (HASH_BITS - 5 * (i + 1)) & 31] for i in range(length))


def csg(name: str, salt: str, prefix: str, length: int) -> str:
    """Return the pseudonym that csg_dicoms_anonymizer gives to a name: names of equal letters share it.

    That is the prefix and the first ``length`` (4 to 32) digits of the MD5 of the sorted letters and digits
    of name and salt, without case and accents. Raises UsageError for another length.
    """
    if not SHORTEST <= length <= LONGEST_CSG:
        raise UsageError(
            f"A pseudonym of {length} digits cannot be made by csg. "
            f"Choose a length from {SHORTEST} to {LONGEST_CSG}."
        )
    kept = sorted(filter(CSG_ORDER.__contains__, fold(name + salt)), key=CSG_ORDER.index)
    return prefix + hashlib.md5("".join(kept).encode(), usedforsecurity=False).hexdigest()[:length]


def sequential(prefix: str, number: int, length: int) -> str:
    """Return the prefix and the number, padded with zeros to ``length`` digits."""
    return f"{prefix}{number:0{length}d}"
