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

-- name: private_senders
SELECT id, name, kind, key_mac, is_test, per_minute, made_at, ended_at, mac FROM sender
WHERE kind = 'private' AND is_test = 0 AND ended_at IS NULL ORDER BY name, id

-- name: senders_off
SELECT sender FROM sender_off WHERE person = :person

-- name: switch_off
INSERT INTO sender_off (person, sender, off_at) VALUES (:person, :sender, :now) ON CONFLICT (person, sender) DO NOTHING

-- name: switch_on
DELETE FROM sender_off WHERE person = :person AND sender = :sender
