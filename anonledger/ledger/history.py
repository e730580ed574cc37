"""What happened: runs and events; and who stands behind a pseudonym.

Owns: times are told in UTC, to the second; the newest comes first.
"""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from anonledger.ledger.reading import Reading
from anonledger.records import Answer, Filter, Told

LOG = """
SELECT run_overview.run, substr(started, 1, 19) AS started, substr(finished, 1, 19) AS finished,
  CASE WHEN instr(command, ' -') THEN substr(command, 1, instr(command, ' -') - 1) ELSE command END
    AS command,
  status, exit_code, new_subjects, outputs, files_placed, files_removed, held_back, decisions
FROM run_overview JOIN (SELECT id AS run, command FROM run) AS said ON said.run = run_overview.run
WHERE started >= :since
  AND (:event = '' OR run_overview.run IN (
    SELECT run FROM history WHERE instr(lower(kind), lower(:event)) = 1
  ))
  AND (:subject = '' OR run_overview.run IN (
    SELECT run FROM history WHERE pseudonym = :subject
    UNION SELECT output.run_id FROM output JOIN subject ON subject.id = output.subject_id
      WHERE subject.pseudonym = :subject
  ))
ORDER BY run_overview.run DESC LIMIT :most
"""
EVENTS = """
SELECT id AS event, substr(time, 1, 19) AS time, run, kind, coalesce(pseudonym, '') AS pseudonym, detail
FROM history
WHERE time >= :since AND (:event = '' OR instr(lower(kind), lower(:event)) = 1)
  AND (:subject = '' OR pseudonym = :subject)
ORDER BY id DESC LIMIT :most
"""
PEOPLE = """
SELECT name, patient_id, birth_date, sex, issuer, other_names, other_ids, identity.origin,
  assignment.run_id AS run
FROM identity
JOIN assignment ON assignment.id = (SELECT max(id) FROM assignment WHERE identity_id = identity.id)
WHERE assignment.subject_id = :subject
ORDER BY identity.id
"""
ROWS = """
SELECT demographic.row_number, demographic_table.name, demographic_table.columns, demographic.cells,
  latest.run_id AS run, latest.method
FROM link AS latest
JOIN json_each(latest.rows) AS row
JOIN demographic_table ON demographic_table.digest = latest.table_digest
JOIN demographic ON demographic.table_digest = latest.table_digest AND demographic.row_number = row.value
WHERE latest.subject_id = :subject AND latest.status = 'accepted' AND latest.id = (
  SELECT max(id) FROM link WHERE subject_id = latest.subject_id AND table_digest = latest.table_digest
)
ORDER BY latest.id, demographic.row_number
"""
FILES = """
SELECT rtrim(source.root, '/') || '/' || source.path
    || CASE source.member WHEN '' THEN '' ELSE '!/' || source.member END AS path,
  source.run_id AS run, source.last_seen_run_id AS last
FROM identity
JOIN assignment ON assignment.id = (SELECT max(id) FROM assignment WHERE identity_id = identity.id)
JOIN instance ON instance.identity_id = identity.id
JOIN source ON source.digest = instance.digest
WHERE assignment.subject_id = :subject
ORDER BY source.root, source.path, source.member
"""
FATES = """
SELECT 'forgotten' AS what, 'consent was withdrawn, nothing of the patient is kept' AS value,
  run_id AS run, '' AS why
FROM withdrawal WHERE subject_id = :one
UNION ALL
SELECT CASE kind
    WHEN 'merge' THEN CASE subject_id WHEN :one THEN 'joined by' ELSE 'merged into' END
    WHEN 'split' THEN CASE subject_id WHEN :one THEN 'split into' ELSE 'split from' END
    WHEN 'apart' THEN 'another than'
    ELSE 'taken back with' END, subject.pseudonym, correction.run_id, 'by a person'
FROM correction
JOIN subject ON subject.id = CASE subject_id WHEN :one THEN other_id ELSE subject_id END
WHERE :one IN (subject_id, other_id)
"""
SUBJECT = "SELECT id FROM subject WHERE pseudonym = ?"
KINDS = (("name", "name"), ("patient ID", "patient_id"), ("birth date", "birth_date"), ("sex", "sex"))


class History(Reading):
    """The ledger of a project, open for questions on what happened."""

    def log(self, asked: Filter) -> Answer:
        """Return the runs, the newest first; with a subject or an event those that had to do with it."""
        return self._answer(LOG, asked)

    def events(self, asked: Filter) -> Answer:
        """Return the events themselves, the newest first."""
        return self._answer(EVENTS, asked)

    def subject(self, pseudonym: str) -> int | None:
        """Return the id of a subject, None when nobody has this pseudonym."""
        with self._reading() as connection:
            found: int | None = connection.exec_driver_sql(SUBJECT, (pseudonym,)).scalar()
            return found

    def who(self, subject: int) -> Iterator[Told]:
        """Yield who stands behind a pseudonym: decisions on it, spellings, rows of tables, files."""
        for row in self._asked(FATES, {"one": subject}):
            yield Told(row.what, row.value, str(row.run), row.why)
        yield from dict.fromkeys(self._spellings(subject))
        for row in self._asked(ROWS, {"subject": subject}):
            cells = zip(_list(row.columns), _list(row.cells), strict=False)
            told = "; ".join(f"{name}: {cell}" for name, cell in cells if cell)
            yield Told(f"row {row.row_number}", told, str(row.run), f"{text(row.name)}, {row.method}")
        for row in self._asked(FILES, {"subject": subject}):
            yield Told("file", text(row.path), str(row.run), f"last seen by run {row.last}")

    def _spellings(self, subject: int) -> Iterator[Told]:
        for row in self._asked(PEOPLE, {"subject": subject}):
            by = (str(row.run), row.origin)
            for what, column in KINDS:
                if value := text(getattr(row, column)):
                    issuer = text(row.issuer) if column == "patient_id" else ""
                    yield Told(what, value, by[0], f"{by[1]}, issued by {issuer}" if issuer else by[1])
            for what, values in (("other name", row.other_names), ("other ID", row.other_ids)):
                yield from (Told(what, value, *by) for value in _list(values))

    def _answer(self, query: str, asked: Filter) -> Answer:
        bound = {"since": asked.since, "subject": asked.subject, "event": asked.event}
        with self._reading() as connection:
            found = connection.exec_driver_sql(query, {**bound, "most": asked.most or -1})
            rows = tuple(tuple(map(readable, row)) for row in found)
            return Answer(tuple(found.keys()), rows)

    def _asked(self, query: str, bound: dict[str, Any]) -> list[Any]:
        with self._reading() as connection:
            return list(connection.exec_driver_sql(query, bound).all())


def text(cell: Any) -> str:
    """Return a cell as text; what UTF-8 cannot hold lies in the file as bytes."""
    return cell.decode("utf-8", "surrogatepass") if isinstance(cell, bytes) else str(cell or "")


def readable(cell: object) -> object:
    """Return a cell as it can be printed: bytes as text if they are text, else as hexadecimal digits.

    JSON has no number that is not finite.
    """
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    if not isinstance(cell, bytes):
        return cell
    try:
        return cell.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return cell.hex()


def _list(cell: Any) -> Iterable[str]:
    return [str(one) for one in json.loads(cell)]
