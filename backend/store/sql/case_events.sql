-- name: add_event
INSERT INTO case_event (person, case_id, public_id, kind, staff, sealed, at)
VALUES (:person, :case_row, :public_id, :kind, :staff, :sealed, :now)

-- name: events_of_case
SELECT e.public_id, c.public_id, e.kind, coalesce(e.staff, 0), e.sealed, e.at
FROM case_event AS e JOIN cases AS c ON c.id = e.case_id WHERE e.case_id = :case_row ORDER BY e.id
