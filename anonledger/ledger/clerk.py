"""Write the ledger: one transaction for each thing that happened, with the event that tells of it.

Owns: the only writer; a transaction that did not end has left nothing behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.dialects.sqlite import insert

from anonledger.digests import digest
from anonledger.errors import CollisionError, LedgerError
from anonledger.ledger import events, survey
from anonledger.ledger.columns import among
from anonledger.ledger.correcting import Correcting
from anonledger.ledger.filing import Filing
from anonledger.ledger.forgetting import Forgetting
from anonledger.ledger.models import (
    assignment,
    decision,
    demographic,
    demographic_table,
    fact,
    link,
    quarantine,
    ruling,
    subject,
    term,
)
from anonledger.ledger.models import run as runs
from anonledger.ledger.producing import Producing
from anonledger.ledger.rehearsing import Rehearsing
from anonledger.ledger.rows import link_cells, new_secret, ruling_cells, table_cells
from anonledger.ledger.statements import assigned_subject, latest_links
from anonledger.outcomes import Decision, Origin, QuarantineReason, Ruling, RunStatus
from anonledger.records import Evidence, Examined, Link, Ruled, Rules, Subject, Table


class Clerk(Correcting, Filing, Forgetting, Producing, Rehearsing):
    """The ledger of a project, open for writing; ``ledger`` reads the same file meanwhile.

    Only one may write at a time: who holds one holds the project's lock. Every method raises LedgerError when
    the file cannot be written, and nothing of that call stands then.
    """

    def begin(
        self,
        *,
        started: datetime,
        command: str,
        version: str,
        rules: Rules,
        output_root: str,
        settings: Mapping[str, Sequence[str]],
    ) -> int:
        """Begin a run; return its id, which every other method takes."""
        row = {
            "started": started,
            "status": RunStatus.RUNNING,
            "command": command,
            "version": version,
            "profile": rules.name,
            "rules_digest": rules.digest,
            "output_root": output_root,
            "counts": {},
            "settings": {name: list(values) for name, values in settings.items()},
        }
        with self._writing() as connection:
            run = connection.execute(insert(runs).values(row)).lastrowid
            detail = f"anonledger {version}, profile {rules.name}, rules {rules.digest[:12]}"
            events.append(connection, run, "run begun", [(None, detail)])
        return run

    def finish(
        self, run: int, *, finished: datetime, status: RunStatus, exit_code: int, counts: Mapping[str, int]
    ) -> None:
        """End a run."""
        row = {"finished": finished, "status": status, "exit_code": int(exit_code), "counts": dict(counts)}
        summed = "".join(f", {name} {count}" for name, count in sorted(counts.items()))
        with self._writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(row))
            events.append(
                connection, run, "run finished", [(None, f"{status}, exit {int(exit_code)}{summed}")]
            )

    def keep_fact(self, run: int, name: str, value: str) -> None:
        """Keep a fact for ever; raises LedgerError when the ledger holds another value for that name."""
        with self._writing() as connection:
            row = {"name": name, "value": value, "run_id": run}
            connection.execute(insert(fact).values(row).on_conflict_do_nothing())
            if connection.scalar(select(fact.c.value).where(fact.c.name == name)) != value:
                raise LedgerError(f"The ledger was begun with another {name}. Use the project it belongs to.")

    def keep_terms(self, run: int, terms: Iterable[str]) -> None:
        """Keep terms that must go from every file, beside those that are known."""
        rows = [{"value": value, "run_id": run} for value in sorted(set(terms))]
        with self._writing() as connection:
            if rows:
                connection.execute(insert(term).on_conflict_do_nothing(), rows)

    def examined(self, run: int, *looked: Sequence[Examined]) -> None:
        """Keep what looks at sources' bytes told: the stat cache, new instances and identities, trouble."""
        with self._writing() as connection:
            survey.keep_examined(connection, run, looked)

    def seen(self, run: int, source_ids: Sequence[int]) -> None:
        """Note that these sources lie where they lay, unchanged."""
        with self._writing() as connection:
            survey.keep_seen(connection, run, source_ids)

    def forget_members(self, run: int, root: str, path: str) -> None:
        """Take the members of a changed archive that this run has not seen out of the stat cache.

        To be called after its members were examined; those that are still there keep their previous digest.
        """
        with self._writing() as connection:
            survey.drop_unseen_members(connection, run, root, path)

    def add_subjects(self, run: int, subjects: Sequence[tuple[str, str]]) -> tuple[Subject, ...]:
        """Add subjects from (pseudonym, key hash), in that order; raises CollisionError if one is taken."""
        names = [pseudonym for pseudonym, _ in subjects]
        known = select(subject).where(among(subject.c.pseudonym, names)).order_by(subject.c.id)
        rows = [{"pseudonym": p, "key_hash": k, "date_shift": 0, "run_id": run} for p, k in subjects]
        with self._writing() as connection:
            if len(set(names)) < len(names) or connection.execute(known).first():
                raise CollisionError(
                    "Two subjects would get the same pseudonym. Choose a greater id length and run again."
                )
            if rows:
                connection.execute(insert(subject), rows)
            added = tuple(
                Subject(row.id, row.pseudonym, row.key_hash, row.date_shift)
                for row in connection.execute(known)
            )
            events.append(connection, run, "subject added", [(one.id, one.pseudonym) for one in added])
        return added

    def assign(
        self, run: int, assignments: Sequence[tuple[Evidence, int]], origin: Origin = Origin.DICOM
    ) -> None:
        """Assign evidence to subject ids, on the word of ``origin``; what already stands is left alone."""
        with self._writing() as connection:
            ids = survey.keep_identities(connection, run, [evidence for evidence, _ in assignments], origin)
            wanted = {ids[evidence]: one for evidence, one in assignments}
            stands = select(
                assignment.c.identity_id, assigned_subject(assignment.c.identity_id).label("subject")
            )
            known = {
                row.identity_id: row.subject
                for row in connection.execute(
                    stands.where(among(assignment.c.identity_id, wanted)).distinct()
                )
            }
            new = [(identity, one) for identity, one in sorted(wanted.items()) if known.get(identity) != one]
            rows = [
                {"identity_id": identity, "subject_id": one, "method": origin, "run_id": run}
                for identity, one in new
            ]
            if rows:
                connection.execute(insert(assignment), rows)
            told_of: list[tuple[int | None, str]] = [
                (one, f"identity {identity}, by {origin}") for identity, one in new
            ]
            events.append(connection, run, "identity assigned", told_of)

    def keep_table(self, run: int, table: Table) -> None:
        """Keep a demographics table, once, and note that this run links with it."""
        with self._writing() as connection:
            new = insert(demographic_table).values(table_cells(table, run)).on_conflict_do_nothing()
            rows = [
                {"table_digest": table.digest, "row_number": number, "cells": list(cells), "run_id": run}
                for number, cells in enumerate(table.rows, start=1)
            ]
            if connection.execute(new).rowcount and rows:
                connection.execute(insert(demographic), rows)
            connection.execute(update(runs).where(runs.c.id == run).values(table_digest=table.digest))

    def link(self, run: int, table_digest: str, links: Sequence[tuple[int, Link]]) -> None:
        """Append what linkage decided for subject ids, where it differs from what was decided last."""
        with self._writing() as connection:
            latest = latest_links(connection, table_digest)
            new = [(one, made) for one, made in links if latest.get(one) != replace(made, person=one)]
            rows = [link_cells(run, table_digest, one, made) for one, made in new]
            if rows:
                connection.execute(insert(link), rows)
            told_of: list[tuple[int | None, str]] = [
                (one, f"table {table_digest[:12]}, {made.status}, {made.method}, rows {list(made.rows)}")
                for one, made in new
            ]
            events.append(connection, run, "link decided", told_of)

    def event(self, run: int, kind: str, detail: str, subject: int | None = None) -> None:
        """Append an event; its detail holds ids and pseudonyms, no identifier."""
        with self._writing() as connection:
            events.append(connection, run, kind, [(subject, detail)])

    def leave_out(self, run: int, reasons: Iterable[QuarantineReason]) -> None:
        """Take what is held back for one of these reasons off the list, and put all else on it."""
        unlisted = case((among(quarantine.c.reason, map(str, reasons)), 1), else_=0)
        is_open = quarantine.c.resolved_run_id.is_(None)
        with self._writing() as connection:
            changed = update(quarantine).where(is_open, quarantine.c.left_out != unlisted)
            count = connection.execute(changed.values(left_out=unlisted)).rowcount
            told_of = [(None, f"{count} entries of the quarantine")] if count else []
            events.append(connection, run, "left out or listed by the settings", told_of)

    def decide(self, run: int, entries: Sequence[int], verdict: Decision, why: str) -> None:
        """Keep a person's decision on entries of the quarantine, by their ids."""
        names = ("source_digest", "root", "path", "member", "reason", "where_")
        with self._writing() as connection:
            asked = select(quarantine).where(among(quarantine.c.id, entries)).order_by(quarantine.c.id)
            rows = [
                {name: row[name] for name in names}
                | {"quarantine_id": row["id"], "verdict": verdict, "why": why, "run_id": run}
                | {"secret": new_secret()}
                for row in connection.execute(asked).mappings()
            ]
            if rows:
                connection.execute(insert(decision), rows)
            marks = [digest("why/2", row["secret"], why)[:12] for row in rows]
            told_of = [
                (None, f"quarantine {r['quarantine_id']}, {r['reason']}, why {mark}")
                for r, mark in zip(rows, marks, strict=True)
            ]
            events.append(connection, run, f"decided: {verdict}", told_of)

    def rule(self, run: int, ruled: Sequence[Ruled]) -> None:
        """Keep what a person decided on patients and rows of the table."""
        rows = [ruling_cells(run, one) for one in ruled]
        with self._writing() as connection:
            if rows:
                connection.execute(insert(ruling), rows)
            for one, row in zip(ruled, rows, strict=True):
                who = (row["name"], row["birth_date"], row["patient_id"])
                mark = digest("ruled/2", row["secret"], *who)[:12]
                detail = mark if one.ruling in (Ruling.ACCEPT, Ruling.REJECT) else ""
                events.append(connection, run, f"match decided: {one.ruling}", [(one.subject, detail)])
