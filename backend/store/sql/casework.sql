-- name: place
SELECT c.id, c.public_id, c.number, c.service, s.version, c.status, c.revision, coalesce(st.name, ''), coalesce(a.public_id, ''),
  p.public_id, c.opened_at, c.looked_at, c.decided_at, c.due_on, c.person
FROM cases AS c JOIN submission AS s ON s.id = c.submission JOIN person AS p ON p.id = c.person
  LEFT JOIN staff AS st ON st.person = c.assigned LEFT JOIN person AS a ON a.id = c.assigned
WHERE c.public_id = :case

-- name: look
UPDATE cases SET looked_at = :now WHERE id = :row AND looked_at = 0 RETURNING id

-- name: set_status
UPDATE cases SET status = :status WHERE id = :row AND revision = :seen AND decided_at = 0 RETURNING id

-- name: set_assigned
UPDATE cases SET assigned = (SELECT p.id FROM person AS p WHERE p.public_id = :to),
  status = CASE WHEN :to <> '' AND status = 'received' THEN :in_progress ELSE status END
WHERE id = :row AND revision = :seen AND decided_at = 0 RETURNING id

-- name: staff_row
SELECT s.person FROM staff AS s JOIN person AS p ON p.id = s.person WHERE p.public_id = :staff AND s.ended_at IS NULL

-- name: last_event
SELECT e.kind, coalesce(s.name, ''), e.at, c.status
FROM case_event AS e JOIN cases AS c ON c.id = e.case_id LEFT JOIN staff AS s ON s.person = e.staff
WHERE e.case_id = :row ORDER BY e.id DESC LIMIT 1
