"""Ask about all files at once: what they have in common, and which of them are not like the others.

Owns: no answer grows with the number of files, but only with that of those which stand out.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from anonledger.ledger.reading import AT_ONCE, Reading
from anonledger.outcomes import Disposition, DropReason, QuarantineReason
from anonledger.records import KnownSource, OutputGroup, PlanGroup, escaped

KNOWN = """
SELECT id, path, member, size, mtime_ns, digest, disposition, drop_reason, trouble, last_seen_run_id
FROM source WHERE root = ? AND {where} ORDER BY path, member
"""
AT = KNOWN.format(where="path IN (SELECT value FROM json_each(?))")
BETWEEN = KNOWN.format(where="path BETWEEN ? AND ?")
# The files of which there is nothing to say but that they are there: one row, whose text is the exact path.
PLAIN = """
SELECT path, size, mtime_ns, id, last_seen_run_id FROM source
WHERE root = ? AND path BETWEEN ? AND ? AND member = '' AND exact IS NULL AND trouble IS NULL
  AND disposition IN ('instance', 'other')
"""
DISPOSITIONS = {str(one): one for one in Disposition}  # looked up for each of very many rows
OWNER = "(SELECT subject_id FROM assignment WHERE identity_id = {identity} ORDER BY id DESC LIMIT 1)"
PUBLISHED = "source.disposition IN ('instance', 'other')"
NEWEST = "(SELECT max(id) FROM output AS other WHERE other.source_digest = {digest})"
# Of a content that is in quarantine, that somebody decided on, or that lacks an object, no more can be
# said at once.
BY_THEMSELVES = """
SELECT source_digest FROM quarantine WHERE resolved_run_id IS NULL AND source_digest <> ''
UNION SELECT source_digest FROM decision WHERE source_digest <> ''
UNION SELECT source_digest FROM output WHERE object_digest IN (SELECT value FROM json_each(:lost))
"""
# Sources in the order of their rows: their instances and outputs lie beside one another mostly.
GROUPED = f"""
SELECT {{disposition}} AS disposition, instance.identity_id, instance.vocabulary_id, instance.risk,
  {{rules}} AS rules_digest, coalesce(output.subject_digest, '') AS subject_digest,
  source.digest IN apart AS single
FROM source
LEFT JOIN instance ON instance.digest = source.digest
LEFT JOIN output ON output.id = {NEWEST.format(digest="source.digest")}
WHERE source.last_seen_run_id = :run AND {PUBLISHED} AND source.digest
"""  # noqa: S608
ONCE = GROUPED.format(disposition="source.disposition", rules="coalesce(output.rules_digest, '')")
TWICE = GROUPED.format(
    disposition="min(source.disposition)",
    rules="""CASE min(source.disposition) = max(source.disposition)
    WHEN 1 THEN coalesce(output.rules_digest, '') ELSE '' END""",
)
ALIKE = "identity_id, vocabulary_id, rules_digest, subject_digest, disposition, risk, single"
GROUPS = f"""
WITH twice AS MATERIALIZED (SELECT digest FROM source GROUP BY digest HAVING count(*) > 1),
  apart AS MATERIALIZED ({BY_THEMSELVES})
SELECT disposition, identity_id, {OWNER.format(identity="told.identity_id")} AS subject, vocabulary_id, risk,
  rules_digest, subject_digest, single, many
FROM (
  SELECT {ALIKE}, count(*) AS many
  FROM ({ONCE} NOT IN twice UNION ALL {TWICE} IN twice GROUP BY source.digest)
  GROUP BY {ALIKE}
) AS told
ORDER BY {ALIKE}
"""  # noqa: S608
# The contents of some identities, of nobody, or that are to be looked at one by one.
OF_IDENTITIES = f"""
SELECT source.digest FROM instance JOIN source ON source.digest = instance.digest
WHERE instance.identity_id IN (SELECT value FROM json_each(:identities))
  AND source.last_seen_run_id = :run AND {PUBLISHED}
"""  # noqa: S608
OF_NOBODY = f"""
SELECT source.digest FROM source LEFT JOIN instance ON instance.digest = source.digest
WHERE source.last_seen_run_id = :run AND {PUBLISHED} AND instance.digest IS NULL
"""  # noqa: S608
CURRENT = f"""
output.id = {NEWEST.format(digest="output.source_digest")} AND NOT EXISTS (
  SELECT 1 FROM quarantine WHERE quarantine.source_digest = output.source_digest AND resolved_run_id IS NULL
    AND quarantine.source_digest <> '' AND quarantine.job_digest <> '')
"""  # noqa: S608
# What is asked first rules out nearly all; the order is kept by SQLite.
UNSEEN = f"""
FROM output LEFT JOIN instance ON instance.digest = output.source_digest
WHERE output.subject_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM source WHERE source.digest = output.source_digest AND source.last_seen_run_id = :run
    AND {PUBLISHED})
  AND {CURRENT}
"""  # noqa: S608
# A source that could not be read for once still holds what it held before, as far as anyone knows.
LASTING = "SELECT previous_digest FROM source WHERE digest = '' AND disposition = 'trouble'"
LAST = "(SELECT root, max(last_seen_run_id) AS run_id FROM source GROUP BY root)"
AWAY = f"""
WITH last AS MATERIALIZED {LAST}
SELECT output.source_digest, output.subject_id, output.instance,
  EXISTS (SELECT 1 FROM source WHERE source.digest = output.source_digest)
    OR output.source_digest IN ({LASTING}) AS located
FROM output
WHERE NOT EXISTS (
    SELECT 1 FROM source WHERE source.digest = output.source_digest
      AND (source.root, source.last_seen_run_id) IN (SELECT root, run_id FROM last))
  AND output.source_digest NOT IN (
    SELECT previous_digest FROM source WHERE digest = '' AND disposition = 'trouble'
      AND (source.root, source.last_seen_run_id) IN (SELECT root, run_id FROM last))
  AND {CURRENT}
"""  # noqa: S608
LOCATED = f"""
SELECT DISTINCT output.instance FROM output
WHERE output.instance IN (SELECT value FROM json_each(:instances)) AND {CURRENT}
  AND (EXISTS (SELECT 1 FROM source WHERE source.digest = output.source_digest)
    OR output.source_digest IN ({LASTING}))
"""  # noqa: S608


class Sweeping(Reading):
    """The files of a project, all of them."""

    def known_at(self, root: str, paths: Sequence[str]) -> Iterator[KnownSource]:
        """Yield the stat cache of some paths of a source root, ordered by path and member (as escaped).

        Paths that follow one another cost least.
        """
        wanted = {escaped(path): path for path in paths}
        here, most = escaped(root), 2 * len(wanted)
        with self._reading() as connection:
            bound = (here, min(wanted, default=""), max(wanted, default=""))
            with connection.exec_driver_sql(BETWEEN, bound) as between:
                rows = between.fetchmany(most + 1)
            if len(rows) > most:  # much lies between them, or in an archive
                rows = connection.exec_driver_sql(AT, (here, json.dumps(list(wanted)))).all()
        for number, path, member, size, mtime, digest, disposition, drop, trouble, seen in rows:
            if path in wanted:
                yield KnownSource(
                    number,
                    wanted[path],
                    member,
                    size,
                    mtime,
                    digest,
                    DISPOSITIONS[disposition],
                    DropReason(drop) if drop else None,
                    QuarantineReason(trouble) if trouble else None,
                    seen,
                )

    def plain_between(
        self, root: str, first: str, last: str, most: int
    ) -> dict[tuple[str, int, int], tuple[int, int]]:
        """Return id and last run by path, size and time (ns) of plain files, of at most so many.

        They hold an instance or another content to be published, their own, and no trouble.
        """
        with self._reading() as connection:
            driver: Any = connection.connection.driver_connection  # rows of SQLAlchemy take twice the time
            rows = driver.execute(PLAIN, (escaped(root), escaped(first), escaped(last))).fetchmany(most)
        return {(path, size, mtime): (number, seen) for path, size, mtime, number, seen in rows}

    def object_digests(self) -> Iterator[str]:
        """Yield the digests of the objects that outputs are on record with, in order, each once or more."""
        for row in self._swept("SELECT object_digest FROM output ORDER BY object_digest"):
            yield row[0]

    def plan_groups(self, run: int, lost: Iterable[str]) -> Iterator[PlanGroup]:
        """Yield all that a run saw and that is to be published, in groups; ``lost``: objects not there."""
        bound = {"run": run, "lost": json.dumps(sorted(lost))}
        for row in self._swept(GROUPS, bound):
            disposition, identity, subject, vocabulary, risk, rules, mark, single, count = row
            why = QuarantineReason(risk) if risk else None
            kind = Disposition(disposition)
            yield PlanGroup(kind, identity, subject, vocabulary, why, rules, mark, bool(single), count)

    def contents_due(
        self, run: int, identities: Iterable[int], nobody: bool, lost: Iterable[str]
    ) -> frozenset[str]:
        """Return the contents of identities, of nobody, and those to be looked at one by one."""
        bound: dict[str, Any] = {"run": run, "lost": json.dumps(sorted(lost))}
        bound["identities"] = json.dumps(sorted(identities))
        asked = [OF_IDENTITIES, BY_THEMSELVES, *([OF_NOBODY] if nobody else [])]
        return frozenset(row[0] for query in asked for row in self._swept(query, bound))

    def unseen_groups(self, run: int) -> tuple[OutputGroup, ...]:
        """Return the current outputs of subjects whose contents a run did not see, in groups."""
        columns = "output.subject_id, instance.vocabulary_id, output.subject_digest"
        query = f"SELECT {columns}, count(*) {UNSEEN} GROUP BY {columns} ORDER BY {columns}"
        return tuple(OutputGroup(*row) for row in self._swept(query, {"run": run}))

    def unseen(self, run: int, group: OutputGroup) -> Iterator[str]:
        """Yield the source digests of a group of such outputs."""
        here = "output.subject_id = :subject AND output.subject_digest = :mark"
        words = "instance.vocabulary_id IS :words"
        query = f"SELECT output.source_digest {UNSEEN} AND {here} AND {words}"
        bound = {"subject": group.subject, "words": group.vocabulary, "mark": group.subject_digest}
        for row in self._swept(query, {"run": run, **bound}):
            yield row[0]

    def gone_and_replaced(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the contents of current outputs that are gone, and those that are replaced.

        Replaced is one whose source was overwritten by another version of the same instance; a file that is
        not DICOM has no identity but its place: overwritten or left out, it is shared no more.
        """
        return self._unless_sealed("gone and replaced", ("source", "output", "quarantine"), self._away)

    def _away(self) -> tuple[frozenset[str], frozenset[str]]:
        away = list(self._swept(AWAY))
        wanted = sorted({row[2] for row in away if not row[3] and row[1] is not None})
        instances = {"instances": json.dumps(wanted)}
        there = {row[0] for row in self._swept(LOCATED, instances)} if wanted else set()
        replaced = {row[0] for row in away if not row[3] and (row[1] is None or row[2] in there)}
        return frozenset(row[0] for row in away) - replaced, frozenset(replaced)

    def _swept(self, query: str, bound: dict[str, Any] | None = None) -> Iterator[Any]:
        with self._reading() as connection:
            rows = connection.exec_driver_sql(query, {} if bound is None else bound)
            while some := rows.fetchmany(AT_ONCE):
                yield from some
