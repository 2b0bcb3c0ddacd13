-- name: of_desk
SELECT a.public_id, a.desk, a.starts_at, a.service, c.public_id, c.number
FROM appointment AS a JOIN cases AS c ON c.id = a.case_id
WHERE a.desk = :desk AND a.starts_at >= :first AND a.starts_at < :last AND a.seat > 0
ORDER BY a.starts_at, a.id
