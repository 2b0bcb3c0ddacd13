-- name: taken
SELECT desk, starts_at FROM appointment WHERE starts_at >= :first AND starts_at <= :last

-- name: book
INSERT INTO appointment (person, case_id, public_id, desk, starts_at, seat, booked_at)
VALUES (:person, :case_row, :public_id, :desk, :at, :seat, :now)
ON CONFLICT (desk, starts_at, seat) DO NOTHING
RETURNING id

-- name: appointment_of_case
SELECT a.public_id, c.public_id, a.desk, a.starts_at
FROM appointment AS a JOIN cases AS c ON c.id = a.case_id
WHERE a.case_id = :case_row ORDER BY a.id LIMIT 1

-- name: appointments_of_person
SELECT a.public_id, c.public_id, a.desk, a.starts_at
FROM appointment AS a JOIN cases AS c ON c.id = a.case_id
WHERE a.person = :person ORDER BY a.starts_at, a.id
