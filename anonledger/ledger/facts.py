"""All that is known of one content, one subject or one run; each fact with its run and its rule.

Owns: no fact names a patient but by the places of files.
"""

from collections.abc import Iterator
from typing import Any

from anonledger.ledger.history import FATES, text
from anonledger.ledger.reading import Reading
from anonledger.records import Told

RULES = "'profile ' || run.profile || ', rules ' || substr(run.rules_digest, 1, 12)"
PLACES = """
SELECT 'lies at', rtrim(root, '/') || '/' || path || CASE member WHEN '' THEN '' ELSE '!/' || member END,
  run_id, disposition || coalesce(': ' || drop_reason, ': ' || trouble, '') || ', last seen by run '
    || last_seen_run_id
FROM source WHERE digest = :one ORDER BY root, path, member
"""
INSTANCE = """
SELECT 'is of', subject.pseudonym, assignment.run_id, 'said by ' || assignment.method
FROM instance
JOIN assignment ON assignment.id = (SELECT max(id) FROM assignment WHERE identity_id = instance.identity_id)
JOIN subject ON subject.id = assignment.subject_id
WHERE instance.digest = :one
UNION ALL SELECT 'SOP class', sop_class, run_id, 'as found' FROM instance WHERE digest = :one
UNION ALL SELECT 'study', study, run_id, 'as found' FROM instance WHERE digest = :one
UNION ALL SELECT 'series', series, run_id, 'as found' FROM instance WHERE digest = :one
UNION ALL SELECT 'SOP instance', sop_instance, run_id, 'as found' FROM instance WHERE digest = :one
UNION ALL SELECT 'at risk', risk, run_id, risk_where FROM instance WHERE digest = :one AND risk IS NOT NULL
"""
OUTPUTS = f"""
SELECT 'published as', output.object_digest, output.run_id, output.reason || '; ' || {RULES}
    || ', job ' || substr(output.job_digest, 1, 12)
FROM output JOIN run ON run.id = output.run_id
WHERE output.source_digest = :one ORDER BY output.id
"""  # noqa: S608
HELD = """
SELECT 'held back', 'quarantine ' || id || ': ' || reason, run_id, where_
    || CASE WHEN resolved_run_id IS NULL THEN '' ELSE '; until run ' || resolved_run_id END
FROM quarantine WHERE source_digest = :one ORDER BY id
"""
DECIDED = """
SELECT 'decided', verdict || ': ' || reason, run_id, why FROM decision WHERE source_digest = :one ORDER BY id
"""
PLACED = """
SELECT 'shared as', tree || '/' || path, run_id, 'object ' || substr(object_digest, 1, 12)
    || CASE WHEN removed_run_id IS NULL THEN '' ELSE '; taken away by run ' || removed_run_id END
FROM placement WHERE source_digest = :one ORDER BY id
"""
CONTENT = (PLACES, INSTANCE, OUTPUTS, HELD, DECIDED, PLACED)
SUBJECT = (
    """
SELECT 'added', 'subject ' || subject.id, subject.run_id, substr(run.started, 1, 19)
FROM subject JOIN run ON run.id = subject.run_id WHERE subject.id = :one
UNION ALL SELECT 'spellings', count(*), '', 'see `anonledger who`' FROM assignment WHERE subject_id = :one
""",
    """
SELECT 'link', link.status || CASE link.rows WHEN '[]' THEN '' ELSE ', rows ' || link.rows END
    || ', score ' || round(link.score, 3), link.run_id,
  link.method || ', table ' || substr(link.table_digest, 1, 12) || ', ' || link.reasons
FROM link WHERE subject_id = :one ORDER BY id
""",
    FATES,
    "SELECT 'decided', verdict, run_id, 'a row of the table' FROM ruling WHERE subject_id = :one ORDER BY id",
    f"""
SELECT 'files published', count(DISTINCT source_digest), output.run_id, output.reason || '; ' || {RULES}
FROM output JOIN run ON run.id = output.run_id
WHERE subject_id = :one GROUP BY output.run_id, output.reason ORDER BY output.run_id
""",  # noqa: S608
    """
SELECT 'shared as', placement.tree || '/' || placement.path, placement.run_id,
  'object ' || substr(placement.object_digest, 1, 12)
FROM placement
WHERE removed_run_id IS NULL AND source_digest IN (SELECT source_digest FROM output WHERE subject_id = :one)
ORDER BY placement.tree, placement.path
""",
    "SELECT kind, detail, run_id, substr(time, 1, 19) FROM event WHERE subject_id = :one ORDER BY id",
)
RUN = (
    """
SELECT 'command', command, id, '' FROM run WHERE id = :one
UNION ALL SELECT 'started', substr(started, 1, 19), id, 'UTC' FROM run WHERE id = :one
UNION ALL SELECT 'finished', coalesce(substr(finished, 1, 19), 'never: interrupted'), id, 'UTC' FROM run
  WHERE id = :one
UNION ALL SELECT 'status', status || coalesce(', exit ' || exit_code, ''), id, '' FROM run WHERE id = :one
UNION ALL SELECT 'version', version, id, '' FROM run WHERE id = :one
UNION ALL SELECT 'rules', rules_digest, id, 'profile ' || profile FROM run WHERE id = :one
UNION ALL SELECT 'shared folder', output_root, id, '' FROM run WHERE id = :one
UNION ALL SELECT 'table', table_digest, id, '' FROM run WHERE id = :one AND table_digest IS NOT NULL
""",
    """
SELECT 'setting ' || setting.key, setting.value, run.id, '' FROM run, json_each(run.settings) AS setting
WHERE run.id = :one
UNION ALL SELECT 'count ' || counted.key, counted.value, run.id, '' FROM run, json_each(run.counts) AS counted
WHERE run.id = :one
""",
    """
SELECT 'files published', count(*), run_id, reason FROM output WHERE run_id = :one GROUP BY reason
UNION ALL SELECT 'files held back', count(*), run_id, reason FROM quarantine WHERE run_id = :one
  GROUP BY reason
UNION ALL SELECT 'files placed', count(*), run_id, '' FROM placement WHERE run_id = :one GROUP BY run_id
UNION ALL SELECT 'events', count(*), run_id, kind FROM event WHERE run_id = :one GROUP BY kind
""",
)
OF_OBJECT = "SELECT DISTINCT source_digest FROM output WHERE object_digest = ? ORDER BY 1"
DIGESTS = (
    ("content", "SELECT digest FROM source WHERE digest >= ? AND digest < ?"),
    ("content", "SELECT source_digest FROM output WHERE source_digest >= ? AND source_digest < ?"),
    ("object", "SELECT object_digest FROM output WHERE object_digest >= ? AND object_digest < ?"),
    ("job", "SELECT job_digest FROM output WHERE job_digest >= ? AND job_digest < ?"),
    ("rules", "SELECT rules_digest FROM run WHERE rules_digest >= ? AND rules_digest < ?"),
    ("table", "SELECT digest FROM demographic_table WHERE digest >= ? AND digest < ?"),
    ("seal", "SELECT digest FROM seal WHERE digest >= ? AND digest < ?"),
    ("event", "SELECT digest FROM event WHERE digest >= ? AND digest < ?"),
)
OTHERS = {
    "job": "SELECT 'job', job_digest, run_id, reason FROM output WHERE job_digest = :one",
    "rules": f"SELECT 'run', run.id, run.id, {RULES} FROM run WHERE rules_digest = :one ORDER BY id",  # noqa: S608
    "table": "SELECT 'table', json_array_length(columns) || ' columns', run_id, '' FROM demographic_table "
    "WHERE digest = :one",
    "seal": "SELECT 'seal', id, run_id, table_name FROM seal WHERE digest = :one",
    "event": "SELECT kind, detail, run_id, substr(time, 1, 19) FROM event WHERE digest = :one",
}


class Facts(Reading):
    """The ledger of a project, open for questions on one thing."""

    def of_content(self, digest: str) -> Iterator[Told]:
        """Yield what is known of the bytes with this SHA-256: places, whose it is, what became of it."""
        yield Told("content", digest)
        yield from self._told(CONTENT, digest)

    def of_object(self, digest: str) -> Iterator[Told]:
        """Yield what is known of what a published file was made of."""
        yield Told("object", digest)
        with self._reading() as connection:
            made_of = [str(row[0]) for row in connection.exec_driver_sql(OF_OBJECT, (digest,))]
        for one in made_of:
            yield from self.of_content(one)

    def of_other(self, kind: str, digest: str) -> Iterator[Told]:
        """Yield what is known of a job, rules, a table, a seal or an event."""
        yield Told(kind, digest)
        yield from self._told((OTHERS[kind],), digest)

    def of_subject(self, subject: int) -> Iterator[Told]:
        """Yield what is known of a subject, but for who it is."""
        return self._told(SUBJECT, subject)

    def of_run(self, run: int) -> Iterator[Told]:
        """Yield what is known of a run; nothing if there is none of that number."""
        return self._told(RUN, run)

    def digests(self, begins: str) -> set[tuple[str, str]]:
        """Return the kinds and digests that begin so; a few are enough to tell that it is not one."""
        found = set()
        with self._reading() as connection:
            for kind, query in DIGESTS:
                rows = connection.exec_driver_sql(f"{query} LIMIT 3", (begins, begins + "g"))
                found |= {(kind, str(row[0])) for row in rows}
        return found

    def content_at(self, root: str, path: str) -> str | None:
        """Return the digest of the source that lies, or lay, at a place, None for an unknown one."""
        asked = "SELECT digest FROM source WHERE root = ? AND path = ? AND member = ''"
        return self._one(asked, (root, path))

    def content_shared(self, tree: str, path: str) -> str | None:
        """Return the digest of the source that a shared file was made of, None for an unknown path."""
        asked = "SELECT source_digest FROM placement WHERE tree = ? AND path = ? ORDER BY id DESC LIMIT 1"
        return self._one(asked, (tree, path))

    def folders(self) -> tuple[list[str], list[str]]:
        """Return the roots of sources and the folders that were ever shared."""
        with self._reading() as connection:
            roots = connection.exec_driver_sql("SELECT DISTINCT root FROM source ORDER BY root").all()
            trees = connection.exec_driver_sql("SELECT DISTINCT tree FROM placement ORDER BY tree").all()
        return [text(root) for (root,) in roots], [text(tree) for (tree,) in trees]

    def _one(self, query: str, bound: tuple[str, ...]) -> str | None:
        with self._reading() as connection:
            found = connection.exec_driver_sql(query, bound).scalar()
        return None if found is None else str(found)

    def _told(self, queries: tuple[str, ...], one: str | int) -> Iterator[Told]:
        with self._reading() as connection:
            for query in queries:
                rows: Any = connection.exec_driver_sql(query, {"one": one}).all()
                yield from (Told(what, text(value), text(run), text(why)) for what, value, run, why in rows)
