-- name: add_notice
INSERT INTO notice (person, public_id, topic, ref, due_at, created_at)
VALUES (:person, :public_id, :topic, :ref, :due_at, :created_at)

-- name: notices_due
SELECT id, person, public_id, topic, ref, attempts FROM notice
WHERE due_at <= :now AND done_at IS NULL ORDER BY due_at, id LIMIT :most

-- name: oldest_notice_due
SELECT due_at FROM notice WHERE due_at <= :now AND done_at IS NULL ORDER BY due_at, id LIMIT 1
