-- name: cases_of_person
SELECT c.id, c.public_id, c.number, c.service, s.version, c.status, c.opened_at, s.idem, s.public_id, s.sealed, c.looked_at, c.decided_at
FROM cases AS c JOIN submission AS s ON s.id = c.submission
WHERE c.person = :person
  AND c.id < coalesce((SELECT b.id FROM cases AS b WHERE b.person = :person AND b.public_id = :before), 9223372036854775807)
ORDER BY c.id DESC LIMIT :most

-- name: case_of_person
SELECT c.id, c.public_id, c.number, c.service, s.version, c.status, c.opened_at, s.idem, s.public_id, s.sealed, c.looked_at, c.decided_at
FROM cases AS c JOIN submission AS s ON s.id = c.submission
WHERE c.person = :person AND c.public_id = :public_id

-- name: person_of_case_number
SELECT p.public_id FROM cases AS c JOIN person AS p ON p.id = c.person WHERE c.number = :number AND p.wrapped_key IS NOT NULL
