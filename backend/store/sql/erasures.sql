-- name: remove_key
UPDATE person SET kek_id = NULL, wrapped_key = NULL, cpr_mac = NULL, sealed = NULL, language = ''
WHERE public_id = :person

-- name: remove_fingerprints
UPDATE submission SET receipt = '', body_mac = x''
WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_sent_mac
UPDATE submission SET sent_mac = NULL WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_drafts
DELETE FROM draft WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: mark_erased
UPDATE person SET erased_at = :now WHERE public_id = :person

-- name: remove_register
DELETE FROM register WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_family
DELETE FROM family WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_sessions
DELETE FROM session WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_passkeys
DELETE FROM passkey WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_activations
DELETE FROM activation WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_relatives
DELETE FROM family WHERE relative_mac = (SELECT p.cpr_mac FROM person AS p WHERE p.public_id = :person)

-- name: remove_deliveries
DELETE FROM delivery WHERE rung IN (
  SELECT r.id FROM rung AS r WHERE r.person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)
)

-- name: remove_rung_notices
DELETE FROM rung_notice WHERE rung IN (
  SELECT r.id FROM rung AS r WHERE r.person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)
)

-- name: remove_rungs
DELETE FROM rung WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_subscriptions
DELETE FROM subscription WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_contact
DELETE FROM contact WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: end_notices_of_erased
UPDATE notice SET next_at = NULL, ended_at = coalesce(ended_at, created_at), ended_why = 'erased', last_day = '', starts_at = '',
  service = ''
WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_mailbox
DELETE FROM mailbox WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_folders
DELETE FROM folder WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_print_jobs
DELETE FROM print_job WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_papers
DELETE FROM paper WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_senders_off
DELETE FROM sender_off WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_from_mailings
UPDATE mailing_line SET person = NULL, merged = NULL WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_files
DELETE FROM file WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_messages
DELETE FROM message WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_case_events
DELETE FROM case_event WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_tasks
DELETE FROM task WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_appointments
DELETE FROM appointment WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_letters
DELETE FROM letter WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: remove_persona
DELETE FROM persona WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: empty_submissions
UPDATE submission SET sealed = x'', service = '' WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: close_cases
UPDATE cases SET service = '', status = 'erased', assigned = NULL, due_on = '', decided_at = CASE WHEN decided_at = 0 THEN opened_at ELSE decided_at END
WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: content_of_person
SELECT name FROM file WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)
UNION ALL SELECT name FROM paper WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :person)

-- name: count_in_mailings
UPDATE mailing SET refused = refused + 1 WHERE audience = 'all' AND state IN ('running', 'paused') AND EXISTS (
  SELECT 1 FROM person AS p JOIN register AS r ON r.person = p.id WHERE p.public_id = :person AND p.id > mailing.cursor AND p.id <= mailing.last
)
