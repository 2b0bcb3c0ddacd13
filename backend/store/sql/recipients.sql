-- name: person_by_row
SELECT p.id, p.public_id, p.kek_id, p.wrapped_key, p.sealed, p.language, coalesce(r.status, '')
FROM person AS p LEFT JOIN register AS r ON r.person = p.id WHERE p.id = :person

-- name: task_is_open
SELECT t.id FROM task AS t JOIN cases AS c ON c.id = t.case_id
WHERE t.person = :person AND c.public_id = :case_id AND t.task = :task AND t.done_at IS NULL ORDER BY t.id LIMIT 1

-- name: letter_stands
SELECT m.to_do FROM letter AS l JOIN mailbox AS m ON m.letter = l.id WHERE l.public_id = :public_id AND m.person = :person AND l.withdrawn_at IS NULL

-- name: appointment_stands
SELECT id FROM appointment WHERE person = :person AND public_id = :public_id AND seat > 0 AND starts_at = :starts_at

-- name: persons_after
SELECT p.id, p.public_id, p.kek_id, p.wrapped_key, p.sealed, p.language, coalesce(r.status, '')
FROM person AS p LEFT JOIN register AS r ON r.person = p.id
WHERE p.id > :after AND p.wrapped_key IS NOT NULL AND p.sealed IS NOT NULL AND coalesce(r.status, '') <> 'dead' ORDER BY p.id LIMIT :most

-- name: services_of_cases
SELECT DISTINCT service FROM cases WHERE person = :person

-- name: draft_is_there
SELECT id FROM draft WHERE person = :person AND owner = '' AND service = :service
