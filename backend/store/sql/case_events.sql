-- name: add_event
INSERT INTO case_event (person, case_id, public_id, kind, staff, sealed, at)
VALUES (:person, :case_row, :public_id, :kind,
  (SELECT s.person FROM staff AS s JOIN person AS p ON p.id = s.person WHERE p.public_id = :staff), :sealed, :at)

-- name: grow_revision
UPDATE cases SET revision = revision + 1 WHERE id = :case_row

-- name: events_of_case
SELECT e.public_id, c.public_id, e.kind, coalesce(s.name, ''), e.sealed, e.at
FROM case_event AS e JOIN cases AS c ON c.id = e.case_id LEFT JOIN staff AS s ON s.person = e.staff
WHERE e.case_id = :case_row ORDER BY e.id

-- name: take_back_event
UPDATE case_event SET kind = 'undone' WHERE case_id = :case_row AND public_id = :public_id AND kind = 'decided'
