-- name: wrapped_persons
SELECT id, public_id, kek_id, wrapped_key FROM person WHERE wrapped_key IS NOT NULL AND id > :after ORDER BY id LIMIT :most

-- name: wrapped_sessions
SELECT id, public_id, kek_id, wrapped_key FROM session WHERE wrapped_key IS NOT NULL AND id > :after ORDER BY id LIMIT :most

-- name: wrapped_letters
SELECT id, public_id, kek_id, wrapped_key FROM letter WHERE wrapped_key IS NOT NULL AND id > :after ORDER BY id LIMIT :most

-- name: rewrap_session
UPDATE session SET kek_id = :kek_id, wrapped_key = :wrapped_key WHERE id = :id

-- name: rewrap_letter
UPDATE letter SET kek_id = :kek_id, wrapped_key = :wrapped_key WHERE id = :id

-- name: submissions
SELECT s.id, s.public_id, s.idem, s.service, s.version, s.body_mac, s.sent_mac, s.sealed, p.id, p.public_id, p.kek_id, p.wrapped_key
FROM submission AS s JOIN person AS p ON p.id = s.person
WHERE p.wrapped_key IS NOT NULL AND s.id > :after ORDER BY s.id LIMIT :most

-- name: submission_of_draft
SELECT s.id, s.public_id, s.idem, s.service, s.version, s.body_mac, s.sent_mac, s.sealed, p.id, p.public_id, p.kek_id, p.wrapped_key
FROM submission AS s JOIN person AS p ON p.id = s.person WHERE s.person = :person AND s.idem = :idem

-- name: change_submission
UPDATE submission SET idem = :idem, body_mac = :body_mac, sent_mac = :sent_mac, sealed = :sealed WHERE id = :id

-- name: phones
SELECT s.id, s.public_id, s.endpoint_mac, s.sealed, p.id, p.public_id, p.kek_id, p.wrapped_key
FROM subscription AS s JOIN person AS p ON p.id = s.person
WHERE s.ended_at IS NULL AND p.wrapped_key IS NOT NULL AND s.id > :after ORDER BY s.id LIMIT :most

-- name: change_endpoint
UPDATE subscription SET endpoint_mac = :endpoint_mac WHERE id = :id

-- name: when_rotated
SELECT coalesce(max(at), 0) FROM audit WHERE subject = :nobody AND verb = :verb AND object = :object

-- name: older_keks
SELECT kek_id, count(*) FROM (
  SELECT kek_id FROM person WHERE wrapped_key IS NOT NULL UNION ALL SELECT kek_id FROM session WHERE wrapped_key IS NOT NULL
  UNION ALL SELECT kek_id FROM letter WHERE wrapped_key IS NOT NULL
) AS wrapped WHERE kek_id <> :newest GROUP BY kek_id ORDER BY kek_id

-- name: older_numbers
SELECT cpr_key, count(*) FROM (
  SELECT cpr_key FROM person WHERE cpr_mac IS NOT NULL UNION ALL SELECT relative_key FROM family
) AS hashed WHERE cpr_key <> :newest GROUP BY cpr_key ORDER BY cpr_key

-- name: older_phones
SELECT vapid, count(*) FROM subscription WHERE ended_at IS NULL AND vapid <> :newest GROUP BY vapid ORDER BY vapid

-- name: older_tokens
SELECT (SELECT count(*) FROM session WHERE began_at < :since AND ends_at > :now)
  + (SELECT count(*) FROM activation WHERE made_at < :since AND ends_at > :now AND used_at IS NULL)
