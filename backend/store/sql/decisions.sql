-- name: decide
UPDATE cases SET status = :status, decided_at = :until
WHERE id = :row AND revision = :seen AND decided_at <= :now AND status <> 'withdrawn'
RETURNING id

-- name: take_back
UPDATE cases SET status = :before, decided_at = :before_at
WHERE id = :row AND decided_at = :until AND decided_at > :now
RETURNING id
