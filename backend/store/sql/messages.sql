-- name: add_message
INSERT INTO message (person, idem, public_id, thread, letter, case_id, subject, sealed, sent_at)
VALUES (:person, :idem, :public_id, :thread, :letter, :case_row, :subject, :sealed, :now)
ON CONFLICT (person, idem) DO NOTHING
RETURNING id

-- name: message_by_key
SELECT public_id, thread, subject, sealed, sent_at FROM message WHERE person = :person AND idem = :idem

-- name: message_of_person
SELECT public_id, thread, subject, sealed, sent_at FROM message WHERE person = :person AND public_id = :public_id

-- name: messages_of_thread
SELECT public_id, thread, subject, sealed, sent_at FROM message WHERE thread = :thread AND person = :person ORDER BY id

-- name: messages_of_person
SELECT public_id, thread, subject, sealed, sent_at FROM message
WHERE person = :person
  AND id < coalesce((SELECT b.id FROM message AS b WHERE b.person = :person AND b.public_id = :before), 9223372036854775807)
ORDER BY id DESC LIMIT :most

-- name: case_of_message
SELECT id, service FROM cases WHERE person = :person AND public_id = :public_id

-- name: attach_to_message
UPDATE file SET message = :message
WHERE public_id = :public_id AND person = :person AND owner = '' AND case_id IS NULL AND message IS NULL
RETURNING id
