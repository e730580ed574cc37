"""Name every published file in the output tree.

Owns: a name once given stays; no name holds what leads to a patient; two files never share one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from anonledger.deid.hunt import hunter_of
from anonledger.deid.scrub import clean_string
from anonledger.deid.verify import verify_text
from anonledger.digests import keyed_digest
from anonledger.records import CurrentOutput, Location, Output, Placement, Recipe
from anonledger.tree import instance_path, other_path

LONGEST_PART = 100
# What Windows keeps for devices, and what a file is called until it is whole.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|\.anonledger-.*", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\\/]')


def placements(
    outputs: Iterable[CurrentOutput],
    placed: Sequence[Placement],
    recipes: Mapping[int, Recipe],
    everybody: Recipe | None,
    salt: bytes,
) -> tuple[list[Placement], int]:
    """Return where each output stands, ordered by path, and how many stand nowhere.

    Outputs of one name that are equal to the byte are placed once. With a recipe for ``everybody`` the names
    mirror those of the sources, without it they are made of UIDs.
    """
    names = _by_uid if everybody is None else _Mirror(recipes, everybody).path
    had = {place.source_digest: place.path for place in placed}
    by_name: dict[str, list[tuple[str, CurrentOutput]]] = {}
    for output in outputs:
        name = names(output)
        by_name.setdefault(name.casefold(), []).append((name, output))
    found = [place for group in by_name.values() for place in _told_apart(group, had, salt)]
    equal = sum(map(len, by_name.values())) - len(found)
    return sorted(found, key=lambda place: place.path), equal


def _by_uid(output: CurrentOutput) -> str:
    made = Output(output.object_digest, output.size, output.study, output.series, output.instance)
    if output.subject is not None:
        return instance_path(output.pseudonym, made)
    return other_path(made, _file_name(output.location) if output.location else "file")


def _file_name(location: Location) -> str:
    return (location.members[-1] if location.members else location.path).rpartition("/")[2]


def _told_apart(
    group: Sequence[tuple[str, CurrentOutput]], had: Mapping[str, str], salt: bytes
) -> list[Placement]:
    """Return the places of outputs that would have one name: the first to come keeps it plain."""
    by_object: dict[str, tuple[str, CurrentOutput]] = {}
    for name, output in sorted(group, key=lambda pair: _seniority(pair, had)):
        by_object.setdefault(output.object_digest, (name, output))
    places = []
    for number, (name, output) in enumerate(by_object.values()):
        path = name if number == 0 else _marked(name, output, salt)
        places.append(Placement(path, output.source_digest, output.object_digest, output.size))
    return places


def _seniority(pair: tuple[str, CurrentOutput], had: Mapping[str, str]) -> tuple[bool, str]:
    name, output = pair
    return had.get(output.source_digest) != name, output.source_digest


def _marked(name: str, output: CurrentOutput, salt: bytes) -> str:
    """Return a name with a mark that depends on the source alone, and says nothing about it."""
    mark = keyed_digest(salt, "namesake/1", output.source_digest).hex()[:8]
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}-{mark}.{suffix}" if dot and "/" not in suffix else f"{name}-{mark}"


class _Mirror:
    """Names files as they lie in the source, with the identifiers replaced."""

    def __init__(self, recipes: Mapping[int, Recipe], everybody: Recipe) -> None:
        self._recipes = recipes
        self._everybody = everybody

    def path(self, output: CurrentOutput) -> str:
        """Return the mirrored path, or the plain one when an identifier cannot be taken out of it."""
        if output.location is None or output.subject is None:
            return _by_uid(output)
        recipe = self._recipes[output.subject]
        parts = [_safe(clean_string(p, hunter_of(recipe), recipe.pseudonym)) for p in _parts(output.location)]
        inner = [part for part in parts[:-1] if part != recipe.pseudonym]
        path = "/".join((output.pseudonym, *inner, parts[-1]))
        return path if verify_text(path, self._everybody) else _by_uid(output)


def _parts(location: Location) -> list[str]:
    """Return the folders and the name of a file below its root; the names of archives are left out."""
    folders = location.path.split("/")
    for member in location.members:
        folders = [*folders[:-1], *re.split(r"[/\\]", member)]
    return [part for part in folders if part not in ("", ".", "..")] or ["file"]


def _safe(part: str) -> str:
    """Return a name that every file system takes."""
    text = FORBIDDEN.sub("_", part.encode("utf-8", "replace").decode("utf-8"))[:LONGEST_PART].rstrip(". ")
    return f"_{text}" if not text or RESERVED.fullmatch(text) else text
