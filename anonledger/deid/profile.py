"""Read a profile and turn it, with the user's additions, into rules.

Owns: the rules digest, which changes with every rule and with every change of what an action does.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from anonledger.digests import digest
from anonledger.errors import UsageError
from anonledger.records import Rule, Rules

RULES_VERSION = 2  # raised whenever an action, the hunt or the splice gives other bytes (golden test)
ACTIONS = frozenset("DXZKC")  # what a profile may ask for; the tests hold every profile to it
FIXED = frozenset({"00100010", "00100020", "00080005"})  # what a user's rule may not touch


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles in the package, sorted."""
    folder = resources.files("anonledger.deid").joinpath("profiles")
    return tuple(sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")))


def read_rules(
    name: str, removed: Sequence[str] = (), kept: Sequence[str] = (), *, without_staff: bool = False
) -> Rules:
    """Return the rules of a profile; ``removed`` and ``kept`` are keywords or tags (gggg,eeee).

    ``without_staff``: also those that take out physicians, operators and the institution.

    Raises UsageError for a profile or an element that does not exist, or an element given to both.
    """
    if name not in profile_names():
        raise UsageError(f"There is no profile '{name}'. The profiles are: {', '.join(profile_names())}.")
    files = [f"profiles/{name}.toml", *["staff.toml"] * without_staff]
    rules = {rule.tag: rule for file_name in files for rule in _listed(file_name)}
    chosen = {option: [tag_of(t) for t in tags] for option, tags in (("K", kept), ("X", removed))}
    for tag, _ in chosen["K"]:
        if tag in {t for t, _ in chosen["X"]}:
            raise UsageError(
                f"The element {tag[:4]},{tag[4:]} is both to be kept and to be removed. Choose one."
            )
    for action, option in (("K", "--keep-tag"), ("X", "--remove-tag")):
        for tag, keyword in chosen[action]:
            if tag in FIXED:
                raise UsageError(
                    f"{option} cannot be used on {keyword or tag}: it always becomes what it has to be."
                )
            rules[tag] = Rule(tag, keyword, action, f"asked for by {option}")
    ordered = tuple(rules[tag] for tag in sorted(rules))
    canonical = [[r.tag, r.action] for r in ordered]
    return Rules(name, RULES_VERSION, digest("rules/1", name, canonical, RULES_VERSION), ordered)


def _listed(file_name: str) -> list[Rule]:
    text = resources.files("anonledger.deid").joinpath(file_name).read_text("utf-8")
    return [Rule(r["tag"], r["keyword"], r["action"], r["why"]) for r in tomllib.loads(text)["rule"]]


def tag_of(text: str) -> tuple[str, str]:
    """Return the tag (8 hexadecimal digits) and keyword ("" if it has none) that a user wrote.

    Raises UsageError for what is neither a keyword of the standard nor ``gggg,eeee``.
    """
    from pydicom.datadict import keyword_for_tag, tag_for_keyword  # 0.3 s to import, for options only

    found = re.fullmatch(r"\(?([0-9A-Fa-f]{4}),? ?([0-9A-Fa-f]{4})\)?", text.strip())
    if found:
        tag = f"{found[1]}{found[2]}".upper()
        return tag, keyword_for_tag(int(tag, 16))
    number = tag_for_keyword(text.strip())
    if number is None:
        raise UsageError(
            f"'{text}' is neither a DICOM keyword (such as StationName) nor a tag (such as 0008,1010)."
        )
    return f"{number:08X}", text.strip()


@lru_cache(maxsize=16)
def actions_of(rules: Rules) -> dict[int, str]:
    """Return the action code of every tag that a rule names."""
    return {int(rule.tag, 16): rule.action for rule in rules.rules}
