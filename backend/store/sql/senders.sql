-- name: add_sender
INSERT INTO sender (id, name, kind, key_mac, is_test, per_minute, made_at, mac)
VALUES (:id, :name, :kind, :key_mac, :is_test, :per_minute, :now, :mac)

-- name: change_key
UPDATE sender SET key_mac = :key_mac, mac = :mac WHERE id = :id AND ended_at IS NULL
RETURNING id

-- name: end_sender
UPDATE sender SET key_mac = NULL, mac = :mac, ended_at = :now WHERE id = :id AND ended_at IS NULL
RETURNING id

-- name: sender_by_id
SELECT id, name, kind, key_mac, is_test, per_minute, made_at, ended_at, mac FROM sender WHERE id = :id

-- name: all_senders
SELECT id, name, kind, key_mac, is_test, per_minute, made_at, ended_at, mac FROM sender ORDER BY name, id
