-- name: person
SELECT public_id, language, created_at, sealed FROM person WHERE id = :person

-- name: register
SELECT status, listed_at FROM register WHERE person = :person

-- name: drafts
SELECT public_id, owner, service, version, updated_at, sealed FROM draft WHERE person = :person ORDER BY id

-- name: submissions
SELECT public_id, idem, service, version, received_at, sealed FROM submission WHERE person = :person ORDER BY id

-- name: cases
SELECT c.public_id, s.public_id AS submission, c.number, c.service, c.status, c.opened_at, c.looked_at, c.decided_at, c.due_on
FROM cases AS c JOIN submission AS s ON s.id = c.submission WHERE c.person = :person ORDER BY c.id

-- name: corrections
SELECT c.public_id AS case_id, r.begun_at, s.public_id AS replaced
FROM correction AS r JOIN cases AS c ON c.id = r.case_id LEFT JOIN submission AS s ON s.id = r.replaced
WHERE r.person = :person ORDER BY r.id

-- name: tasks
SELECT t.public_id, c.public_id AS case_id, t.task, t.who, t.opened_at, t.done_at, t.sealed
FROM task AS t JOIN cases AS c ON c.id = t.case_id WHERE t.person = :person ORDER BY t.id

-- name: case_events
SELECT e.public_id, c.public_id AS case_id, e.kind, e.staff IS NOT NULL AS by_staff, e.at, e.sealed
FROM case_event AS e JOIN cases AS c ON c.id = e.case_id WHERE e.person = :person ORDER BY e.id

-- name: appointments
SELECT a.public_id, c.public_id AS case_id, a.service, a.desk, a.starts_at, a.seat > 0 AS is_booked, a.booked_at, a.changed_at
FROM appointment AS a JOIN cases AS c ON c.id = a.case_id WHERE a.person = :person ORDER BY a.id

-- name: files
SELECT f.public_id, f.owner, c.public_id AS case_id, m.public_id AS message, f.name, f.bytes, f.added_at, f.sealed
FROM file AS f LEFT JOIN cases AS c ON c.id = f.case_id LEFT JOIN message AS m ON m.id = f.message
WHERE f.person = :person ORDER BY f.id

-- name: folders
SELECT id, public_id, made_at, sealed FROM folder WHERE person = :person ORDER BY id

-- name: messages
SELECT m.public_id, m.thread, l.public_id AS letter, c.public_id AS case_id, m.subject, m.sent_at, m.opened_at, m.done_at, m.sealed
FROM message AS m LEFT JOIN letter AS l ON l.id = m.letter LEFT JOIN cases AS c ON c.id = m.case_id
WHERE m.person = :person ORDER BY m.id

-- name: papers
SELECT public_id, name, bytes, added_at, removed_at, sealed FROM paper WHERE person = :person ORDER BY id

-- name: print_jobs
SELECT j.public_id, l.public_id AS letter, j.state, j.not_before, j.made_at, j.changed_at
FROM print_job AS j JOIN letter AS l ON l.id = j.letter WHERE j.person = :person AND j.not_before <= :now ORDER BY j.id

-- name: mailing_lines
SELECT m.public_id AS mailing, x.line, x.outcome FROM mailing_line AS x JOIN mailing AS m ON m.id = x.mailing
WHERE x.person = :person AND x.outcome <> 'ready' ORDER BY x.mailing, x.line

-- name: senders_off
SELECT sender, off_at FROM sender_off WHERE person = :person ORDER BY sender

-- name: contact
SELECT changed_at, sealed FROM contact WHERE person = :person

-- name: notices
SELECT public_id, matter, rule, kind, service, last_day, starts_at, created_at, opened_at, ended_at, ended_why
FROM notice WHERE person = :person AND created_at <= :now ORDER BY id

-- name: rungs
SELECT r.public_id, r.kind, r.made_at, r.state, r.ref, n.public_id AS notice, n.matter, n.rule
FROM rung AS r LEFT JOIN rung_notice AS x ON x.rung = r.id LEFT JOIN notice AS n ON n.id = x.notice
WHERE r.person = :person ORDER BY r.id

-- name: deliveries
SELECT r.public_id AS rung, s.public_id AS phone, d.state, d.shown_at, d.clicked_at
FROM delivery AS d JOIN rung AS r ON r.id = d.rung JOIN subscription AS s ON s.id = d.subscription
WHERE r.person = :person ORDER BY d.id

-- name: phones
SELECT public_id, origin, made_at, seen_at, ended_at, ended_why, sealed FROM subscription WHERE person = :person ORDER BY id

-- name: sessions
SELECT public_id, role, device, began_at, seen_at, ends_at, strong_at FROM session WHERE person = :person ORDER BY id

-- name: passkeys
SELECT public_id, credential, public_key, synced, device, made_at, used_at FROM passkey WHERE person = :person ORDER BY id

-- name: codes
SELECT public_id, made_at, ends_at, used_at, tries FROM activation WHERE person = :person ORDER BY id

-- name: exported_at
SELECT at FROM audit WHERE subject = :subject AND verb = 'export' AND at > :since ORDER BY id DESC LIMIT :most
