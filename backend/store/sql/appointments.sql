-- name: taken
SELECT desk, starts_at FROM appointment WHERE starts_at >= :first AND starts_at <= :last AND seat > 0

-- name: book
INSERT INTO appointment (person, case_id, service, public_id, desk, starts_at, seat, booked_at, changed_at)
VALUES (:person, :case_row, :service, :public_id, :desk, :at, :seat, :now, :now)
ON CONFLICT (desk, starts_at, seat) DO NOTHING
RETURNING id

-- name: move
UPDATE appointment SET desk = :desk, starts_at = :at, seat = :seat, sequence = sequence + 1, changed_at = :now
WHERE id = :row AND NOT EXISTS (SELECT 1 FROM appointment AS o WHERE o.desk = :desk AND o.starts_at = :at AND o.seat = :seat)
RETURNING id

-- name: cancel
UPDATE appointment SET seat = -id, sequence = sequence + 1, changed_at = :now WHERE id = :row

-- name: other_to_come
SELECT id FROM appointment
WHERE person = :person AND service = :service AND case_id <> :case_row AND seat > 0 AND starts_at >= :since
ORDER BY id LIMIT 1

-- name: place_in_case
SELECT c.id, c.service, a.id, coalesce(a.sequence, 0), coalesce(a.seat > 0, 0), coalesce(a.desk, ''),
  coalesce(a.starts_at, ''), coalesce(a.public_id, '')
FROM cases AS c LEFT JOIN appointment AS a ON a.case_id = c.id
WHERE c.person = :person AND c.public_id = :public_id
ORDER BY a.id LIMIT 1

-- name: time_is_chosen
UPDATE task SET done_at = :now
WHERE case_id = :case_row AND done_at IS NULL AND (task = 'choose-time' OR substr(task, 1, 5) = 'time.')

-- name: appointment_of_case
SELECT a.public_id, c.public_id, a.desk, a.starts_at, a.sequence, a.changed_at, a.seat > 0
FROM appointment AS a JOIN cases AS c ON c.id = a.case_id
WHERE a.case_id = :case_row ORDER BY a.id LIMIT 1

-- name: case_of_appointment
SELECT c.public_id FROM appointment AS a JOIN cases AS c ON c.id = a.case_id WHERE a.person = :person AND a.public_id = :public_id

-- name: appointments_of_person
SELECT a.public_id, c.public_id, a.desk, a.starts_at, a.sequence, a.changed_at, a.seat > 0
FROM appointment AS a JOIN cases AS c ON c.id = a.case_id
WHERE a.person = :person AND a.seat > 0 ORDER BY a.starts_at, a.id
