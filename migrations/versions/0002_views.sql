CREATE VIEW run_overview AS
-- Every run with what it added, the newest first
SELECT run.id AS run, run.started, run.finished, run.status, run.exit_code, run.version, run.profile, run.rules_digest,
  (SELECT count(*) FROM subject WHERE run_id = run.id) AS new_subjects,
  coalesce(made.many, 0) AS outputs,
  coalesce(put.many, 0) AS files_placed,
  coalesce(taken.many, 0) AS files_removed,
  coalesce(held.many, 0) AS held_back,
  (SELECT count(*) FROM decision WHERE run_id = run.id) + (SELECT count(*) FROM ruling WHERE run_id = run.id)
    + (SELECT count(*) FROM correction WHERE run_id = run.id) AS decisions
FROM run
LEFT JOIN (SELECT run_id, count(*) AS many FROM output GROUP BY run_id) AS made ON made.run_id = run.id
LEFT JOIN (SELECT run_id, count(*) AS many FROM placement GROUP BY run_id) AS put ON put.run_id = run.id
LEFT JOIN (SELECT removed_run_id, count(*) AS many FROM placement GROUP BY removed_run_id) AS taken
  ON taken.removed_run_id = run.id
LEFT JOIN (SELECT run_id, count(*) AS many FROM quarantine GROUP BY run_id) AS held ON held.run_id = run.id
ORDER BY run.id DESC;

CREATE VIEW subject_overview AS
-- Every subject with its instances, its published files and its latest link, by pseudonym
SELECT subject.pseudonym, subject.run_id AS since_run, run.started AS since,
  coalesce(found.many, 0) AS instances,
  coalesce(made.many, 0) AS published,
  latest.status AS link, latest.score AS link_score, latest.run_id AS link_run,
  withdrawal.run_id AS forgotten_run
FROM subject
JOIN run ON run.id = subject.run_id
LEFT JOIN (
  SELECT assignment.subject_id, count(*) AS many FROM instance
  JOIN assignment ON assignment.id =
    (SELECT max(id) FROM assignment WHERE assignment.identity_id = instance.identity_id)
  GROUP BY assignment.subject_id
) AS found ON found.subject_id = subject.id
LEFT JOIN (
  SELECT subject_id, count(DISTINCT source_digest) AS many FROM output GROUP BY subject_id
) AS made ON made.subject_id = subject.id
LEFT JOIN (SELECT subject_id, max(id) AS id FROM link GROUP BY subject_id) AS last ON last.subject_id = subject.id
LEFT JOIN link AS latest ON latest.id = last.id
LEFT JOIN withdrawal ON withdrawal.subject_id = subject.id
ORDER BY subject.pseudonym;

CREATE VIEW published AS
-- The output that stands for each content that is not held back, by pseudonym
SELECT subject.pseudonym, output.study, output.series, output.instance, output.size, output.reason,
  output.run_id AS run, output.source_digest, output.object_digest, output.job_digest, output.rules_digest,
  output.subject_digest
FROM output
LEFT JOIN subject ON subject.id = output.subject_id
WHERE output.id = (SELECT max(newest.id) FROM output AS newest WHERE newest.source_digest = output.source_digest)
  AND NOT EXISTS (
    SELECT 1 FROM quarantine WHERE quarantine.source_digest = output.source_digest
      AND resolved_run_id IS NULL AND quarantine.source_digest != '' AND quarantine.job_digest != ''
  )
ORDER BY subject.pseudonym, output.study, output.series, output.instance, output.source_digest;

CREATE VIEW shared_file AS
-- Every file that stands in a shared folder, by folder and path
SELECT placement.tree, placement.path, placement.size, placement.run_id AS run, placement.source_digest,
  placement.object_digest
FROM placement
WHERE placement.removed_run_id IS NULL
ORDER BY placement.tree, placement.path;

CREATE VIEW held_back AS
-- Private. What is held back, with the place that it was first found at
SELECT quarantine.id, rtrim(quarantine.root, '/') || '/' || quarantine.path AS path, quarantine.member,
  quarantine.source_digest, quarantine.reason, quarantine.where_ AS place, quarantine.run_id AS run,
  quarantine.left_out
FROM quarantine
WHERE quarantine.resolved_run_id IS NULL
ORDER BY quarantine.id;

CREATE VIEW person AS
-- Private. Who stands behind each pseudonym, every spelling, by pseudonym
SELECT subject.pseudonym, identity.name, identity.patient_id, identity.issuer, identity.birth_date, identity.sex,
  identity.origin, assignment.method, assignment.run_id AS run
FROM identity
JOIN assignment ON assignment.id =
  (SELECT max(id) FROM assignment WHERE assignment.identity_id = identity.id)
JOIN subject ON subject.id = assignment.subject_id
ORDER BY subject.pseudonym, identity.id;

CREATE VIEW source_file AS
-- Private. Every file and archive member that was ever found, with whose it is, by place
SELECT rtrim(source.root, '/') || '/' || source.path AS path, source.member, source.disposition,
  coalesce(source.drop_reason, source.trouble) AS reason, subject.pseudonym, source.size, source.digest,
  source.run_id AS first_run, source.last_seen_run_id AS last_run
FROM source
LEFT JOIN instance ON instance.digest = source.digest
LEFT JOIN assignment ON assignment.id =
  (SELECT max(id) FROM assignment WHERE assignment.identity_id = instance.identity_id)
LEFT JOIN subject ON subject.id = assignment.subject_id
ORDER BY source.root, source.path, source.member;

CREATE VIEW latest_link AS
-- The latest link of each subject with each table, by pseudonym
SELECT subject.pseudonym, link.table_digest, link.status, link.method, link.score, link.rows, link.candidates,
  link.reasons, link.run_id AS run
FROM link
JOIN subject ON subject.id = link.subject_id
WHERE link.id = (
  SELECT max(id) FROM link AS newest
  WHERE newest.subject_id = link.subject_id AND newest.table_digest = link.table_digest
)
ORDER BY subject.pseudonym, link.id;

CREATE VIEW decided AS
-- Private. What people decided on files, rows and patients, the oldest first; the reasons are in their words
SELECT decision.run_id AS run, run.started AS time, 'file' AS about, 'quarantine ' || decision.quarantine_id AS which,
  decision.verdict, decision.why
FROM decision JOIN run ON run.id = decision.run_id
UNION ALL
SELECT ruling.run_id, run.started, 'row', subject.pseudonym, ruling.verdict, ''
FROM ruling JOIN run ON run.id = ruling.run_id JOIN subject ON subject.id = ruling.subject_id
UNION ALL
SELECT correction.run_id, run.started, 'patient', one.pseudonym || ', ' || other.pseudonym, correction.kind, ''
FROM correction JOIN run ON run.id = correction.run_id
JOIN subject AS one ON one.id = correction.subject_id JOIN subject AS other ON other.id = correction.other_id
UNION ALL
SELECT withdrawal.run_id, run.started, 'patient', subject.pseudonym, 'forgotten', ''
FROM withdrawal JOIN run ON run.id = withdrawal.run_id JOIN subject ON subject.id = withdrawal.subject_id
ORDER BY 1, 3, 4;

CREATE VIEW history AS
-- The chain of events, the oldest first
SELECT event.id, event.time, event.run_id AS run, event.kind, subject.pseudonym, event.detail
FROM event
LEFT JOIN subject ON subject.id = event.subject_id
ORDER BY event.id;
