"""What differs in the dataset between the ends of two runs.

Owns: each side is told by the rows that stood then; the order of the two runs only swaps before and after.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from anonledger.ledger.history import text
from anonledger.ledger.reading import Reading
from anonledger.records import Answer

COLUMNS = ("what", "which", "before", "after", "run", "why")
FILES = """
SELECT placement.tree || '/' || placement.path AS which, placement.object_digest AS value,
  placement.run_id AS run,
  (SELECT reason FROM output WHERE output.source_digest = placement.source_digest
    AND output.object_digest = placement.object_digest AND output.run_id <= :run
    ORDER BY id DESC LIMIT 1) AS why
FROM placement
WHERE placement.run_id <= :run AND (placement.removed_run_id IS NULL OR placement.removed_run_id > :run)
"""
SUBJECTS = (
    "SELECT pseudonym AS which, 'there' AS value, run_id AS run, '' AS why FROM subject WHERE run_id <= :run"
)
LINKS = """
SELECT subject.pseudonym || ', table ' || substr(link.table_digest, 1, 12) AS which,
  link.status || CASE link.rows WHEN '[]' THEN '' ELSE ' ' || link.rows END AS value, link.run_id AS run,
  link.method AS why
FROM link JOIN subject ON subject.id = link.subject_id
WHERE link.id IN (SELECT max(id) FROM link WHERE run_id <= :run GROUP BY subject_id, table_digest)
"""
HELD = """
SELECT 'quarantine ' || id AS which, reason AS value, run_id AS run, where_ AS why FROM quarantine
WHERE run_id <= :run AND (resolved_run_id IS NULL OR resolved_run_id > :run)
"""
RUN = """
SELECT name AS which, value, :run AS run, '' AS why FROM (
  SELECT 'version' AS name, version AS value FROM run WHERE id = :run
  UNION ALL SELECT 'profile', profile FROM run WHERE id = :run
  UNION ALL SELECT 'rules', rules_digest FROM run WHERE id = :run
  UNION ALL SELECT 'shared folder', output_root FROM run WHERE id = :run
  UNION ALL SELECT 'table', (
    SELECT table_digest FROM run WHERE id <= :run AND table_digest IS NOT NULL ORDER BY id DESC LIMIT 1
  )
  UNION ALL SELECT 'setting ' || setting.key, setting.value FROM run, json_each(run.settings) AS setting
    WHERE run.id = :run
)
"""
ASKED = (("run", RUN), ("subject", SUBJECTS), ("file", FILES), ("link", LINKS), ("held back", HELD))


class Differing(Reading):
    """The ledger of a project, open for questions on two runs."""

    def has_run(self, run: int) -> bool:
        """Tell whether there is such a run."""
        with self._reading() as connection:
            return bool(connection.exec_driver_sql("SELECT id FROM run WHERE id = ?", (run,)).scalar())

    def between(self, first: int, second: int) -> Answer:
        """Return what was before and what is after; "" stands for nothing."""
        rows = chain.from_iterable(self._differences(what, query, first, second) for what, query in ASKED)
        return Answer(COLUMNS, tuple(rows))

    def _differences(self, what: str, query: str, first: int, second: int) -> Iterator[tuple[object, ...]]:
        before, after = self._state(query, first), self._state(query, second)
        for which in sorted(before.keys() | after.keys()):
            old, new = before.get(which), after.get(which)
            values = tuple(text(one.value) if one else "" for one in (old, new))
            if values[0] != values[1]:
                cause: Any = new or old
                yield (what, which, *values, cause.run, text(cause.why))

    def _state(self, query: str, run: int) -> dict[str, Any]:
        with self._reading() as connection:
            rows = connection.exec_driver_sql(query, {"run": run}).all()
        return {text(row.which): row for row in rows}
