-- name: person_by_row
SELECT id, public_id, kek_id, wrapped_key, sealed, language FROM person WHERE id = :person

-- name: task_is_open
SELECT t.id FROM task AS t JOIN cases AS c ON c.id = t.case_id
WHERE t.person = :person AND c.public_id = :case_id AND t.task = :task AND t.done_at IS NULL ORDER BY t.id LIMIT 1

-- name: letter_stands
SELECT m.to_do FROM letter AS l JOIN mailbox AS m ON m.letter = l.id WHERE l.public_id = :public_id AND m.person = :person

-- name: appointment_stands
SELECT id FROM appointment WHERE person = :person AND public_id = :public_id AND seat > 0 AND starts_at = :starts_at

-- name: persons_after
SELECT id, public_id, kek_id, wrapped_key, sealed, language FROM person
WHERE id > :after AND wrapped_key IS NOT NULL AND sealed IS NOT NULL ORDER BY id LIMIT :most

-- name: services_of_cases
SELECT DISTINCT service FROM cases WHERE person = :person

-- name: draft_is_there
SELECT id FROM draft WHERE person = :person AND owner = '' AND service = :service
