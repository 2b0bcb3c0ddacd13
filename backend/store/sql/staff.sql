-- name: add_staff_person
INSERT INTO person (public_id, kek_id, wrapped_key, created_at) VALUES (:id, :kek_id, :wrapped_key, :now)
RETURNING id

-- name: add_staff
INSERT INTO staff (person, name, roles, services, language, is_demo, made_at, mac)
VALUES (:person, :name, :roles, :services, :language, :is_demo, :now, :mac)

-- name: change_staff
UPDATE staff SET roles = :roles, services = :services, name = :name, language = :language, mac = :mac
WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :id) AND ended_at IS NULL
RETURNING person

-- name: end_staff
UPDATE staff SET ended_at = :now
WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :id) AND ended_at IS NULL
RETURNING person

-- name: staff_by_id
SELECT p.id, p.public_id, s.name, s.roles, s.services, s.language, s.is_demo, s.made_at, s.ended_at, s.mac
FROM staff AS s JOIN person AS p ON p.id = s.person WHERE p.public_id = :id

-- name: all_staff
SELECT p.id, p.public_id, s.name, s.roles, s.services, s.language, s.is_demo, s.made_at, s.ended_at, s.mac
FROM staff AS s JOIN person AS p ON p.id = s.person ORDER BY s.person

-- name: remove_sessions_of_staff
DELETE FROM session WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :id)

-- name: remove_passkeys_of_staff
DELETE FROM passkey WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :id)

-- name: void_codes_of_staff
UPDATE activation SET used_at = :now WHERE person = (SELECT p.id FROM person AS p WHERE p.public_id = :id) AND used_at IS NULL
