"""Ask what is released, and where it stands, a few subjects at a time.

Owns: an answer holds what was asked for, never all files of a project.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import func, select

from anonledger.ledger.columns import Spelled
from anonledger.ledger.models import output
from anonledger.ledger.reading import AT_ONCE, Reading
from anonledger.ledger.statements import held_contents
from anonledger.ledger.sweeping import CURRENT, LAST
from anonledger.records import CurrentOutput, Location, Placement

COUNTS = """
SELECT output.subject_id, coalesce(subject.pseudonym, ''), count(*)
FROM output LEFT JOIN subject ON subject.id = output.subject_id GROUP BY output.subject_id
"""
OUTPUTS = f"""
SELECT output.source_digest, output.object_digest, output.size, output.subject_id,
  coalesce(subject.pseudonym, ''), output.study, output.series, output.instance, output.subject_digest
FROM output LEFT JOIN subject ON subject.id = output.subject_id
WHERE {{whose}} AND {CURRENT} ORDER BY output.source_digest
"""  # noqa: S608
OF_SUBJECTS = "output.subject_id IN (SELECT value FROM json_each(:subjects))"
OF_NOBODY = "output.subject_id IS NULL"
# Present ones come first; a source that could not be read for once holds what it held before.
PLACES = f"""
SELECT CASE source.digest WHEN '' THEN previous_digest ELSE source.digest END AS content,
  source.root, source.path, source.member, source.exact, source.last_seen_run_id = last.run_id AS present
FROM source JOIN {LAST} AS last ON last.root = source.root
WHERE source.digest IN (SELECT value FROM json_each(:contents))
  OR source.digest = '' AND source.disposition = 'trouble'
    AND previous_digest IN (SELECT value FROM json_each(:contents))
ORDER BY present DESC, source.root, source.path, source.member
"""  # noqa: S608
STANDING = "FROM placement WHERE tree = :tree AND removed_run_id IS NULL"
BELOW = """
SELECT placement.path, source_digest, object_digest, size
FROM json_each(:tops) AS top CROSS JOIN placement
WHERE tree = :tree AND removed_run_id IS NULL
  AND placement.path >= top.value || '/' AND placement.path < top.value || '0'
ORDER BY placement.path
"""  # "0" comes next behind "/"


class Released(Reading):
    """The outputs that are current, and the files of the trees that show them."""

    def output_counts(self) -> tuple[tuple[int | None, str, int], ...]:
        """Return subject id (None: nobody), pseudonym and number of outputs, of any age."""
        with self._reading() as connection:
            return tuple((row[0], row[1], row[2]) for row in connection.exec_driver_sql(COUNTS))

    def subjects_of_outputs(self, contents: Iterable[str]) -> frozenset[int]:
        """Return whose outputs, of any age, there are of some contents."""
        asked = (
            "SELECT DISTINCT subject_id FROM output WHERE source_digest IN (SELECT value FROM json_each(?))"
        )
        with self._reading() as connection:
            rows = connection.exec_driver_sql(asked, (json.dumps(sorted(contents)),))
            return frozenset(row[0] for row in rows if row[0] is not None)

    def outputs_of(
        self, subjects: Iterable[int], nobodys: bool, *, with_places: bool
    ) -> tuple[CurrentOutput, ...]:
        """Return the current outputs of subjects, and of nobody, each with its first place if wanted."""
        whose = [(OF_SUBJECTS, {"subjects": json.dumps(sorted(subjects))})]
        whose += [(OF_NOBODY, {})] if nobodys else []
        with self._reading() as connection:
            rows = [
                row
                for condition, bound in whose
                for row in connection.exec_driver_sql(OUTPUTS.format(whose=condition), bound).all()
            ]
            places = _places(connection, [row[0] for row in rows]) if with_places else {}
        return tuple(_output(row, *places.get(row[0], (None, False))) for row in rows)

    def published(self) -> int:
        """Return how many contents are published: those with an output, but for those that are held back."""
        counted = select(func.count(output.c.source_digest.distinct()))
        held = counted.where(output.c.source_digest.in_(held_contents()))
        with self._reading() as connection:
            return (connection.scalar(counted) or 0) - (connection.scalar(held) or 0)

    def top_folders(self, tree: str) -> frozenset[str]:
        """Return the folders right below a tree in which files stand."""
        asked = f"SELECT DISTINCT substr(path, 1, instr(path, '/') - 1) {STANDING}"
        with self._reading() as connection:
            rows = connection.exec_driver_sql(asked, {"tree": Spelled.stored(tree)})
            return frozenset(spelled(row[0]) for row in rows)

    def placements_below(self, tree: str, tops: Collection[str]) -> tuple[Placement, ...]:
        """Return the files that stand below such folders, ordered by path."""
        bound = {"tree": Spelled.stored(tree), "tops": json.dumps(sorted(tops))}
        with self._reading() as connection:
            return tuple(_placement(row) for row in connection.exec_driver_sql(BELOW, bound))

    def placements_in_order(self, tree: str) -> Iterator[Placement]:
        """Yield the files that stand in a tree, ordered by path."""
        asked = f"SELECT path, source_digest, object_digest, size {STANDING} ORDER BY path"
        with self._reading() as connection:
            rows = connection.exec_driver_sql(asked, {"tree": Spelled.stored(tree)})
            while some := rows.fetchmany(AT_ONCE):
                yield from map(_placement, some)


def _places(connection: Any, contents: Iterable[str]) -> dict[str, tuple[Location, bool]]:
    found: dict[str, tuple[Location, bool]] = {}
    rows = connection.exec_driver_sql(PLACES, {"contents": json.dumps(list(contents))})
    for content, root, path, _, exact, present in rows:
        if content not in found:
            root, path, *members = json.loads(exact) if exact else (root, path)
            found[content] = Location(root, path, tuple(members)), bool(present)
    return found


def _output(row: Any, location: Location | None, present: bool) -> CurrentOutput:
    content, made, size, subject, pseudonym, study, series, instance, mark = row
    return CurrentOutput(
        source_digest=content,
        object_digest=made,
        size=size,
        subject=subject,
        pseudonym=pseudonym,
        study=spelled(study),
        series=spelled(series),
        instance=spelled(instance),
        location=location,
        gone=not present,
        subject_digest=mark,
    )


def _placement(row: Any) -> Placement:
    path, source, made, size = row
    return Placement(path if isinstance(path, str) else spelled(path), source, made, size)


def spelled(cell: str | bytes) -> str:
    """Return the text of a cell: what UTF-8 cannot hold is stored as bytes."""
    return cell.decode("utf-8", "surrogatepass") if isinstance(cell, bytes) else cell
