-- name: waiting
SELECT m.id, m.public_id, m.subject, m.sent_at, coalesce(s.name, ''), coalesce(c.number, ''), m.letter IS NOT NULL
FROM message AS m LEFT JOIN staff AS s ON s.person = m.opened_by LEFT JOIN cases AS c ON c.id = m.case_id
WHERE m.subject = :subject AND m.done_at IS NULL AND m.id > :after
ORDER BY m.id LIMIT :most

-- name: count_waiting
SELECT count(*) FROM message WHERE subject = :subject AND done_at IS NULL

-- name: place
SELECT m.id, m.public_id, m.subject, m.thread, p.public_id, m.person, coalesce(l.public_id, ''), coalesce(c.public_id, ''), coalesce(c.number, ''),
  m.case_id, m.sent_at, coalesce(o.name, ''), coalesce(d.name, ''), coalesce(m.done_at, 0), m.answer
FROM message AS m JOIN person AS p ON p.id = m.person
  LEFT JOIN letter AS l ON l.id = m.letter LEFT JOIN cases AS c ON c.id = m.case_id
  LEFT JOIN staff AS o ON o.person = m.opened_by LEFT JOIN staff AS d ON d.person = m.done_by
WHERE m.public_id = :message

-- name: look
UPDATE message SET opened_at = :now, opened_by = (SELECT id FROM person WHERE public_id = :staff)
WHERE id = :row AND opened_at IS NULL
RETURNING id

-- name: end
UPDATE message SET done_at = :now, done_by = (SELECT id FROM person WHERE public_id = :staff), answer = :answer
WHERE id = :row AND done_at IS NULL
RETURNING id

-- name: take_up
UPDATE message SET done_at = NULL, done_by = NULL, answer = ''
WHERE id = :row AND done_at = :done_at
RETURNING id

-- name: files
SELECT f.public_id, f.name, f.bytes, f.sealed, f.added_at, f.owner, ''
FROM file AS f JOIN message AS m ON m.id = f.message WHERE f.message = :row ORDER BY f.id
