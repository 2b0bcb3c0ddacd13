-- name: person_by_public_id
SELECT id, public_id, kek_id, wrapped_key FROM person WHERE public_id = :public_id

-- name: guest
SELECT p.id, cast(:named as text), s.kek_id, s.wrapped_key
FROM person AS p LEFT JOIN session AS s ON s.public_id = :session AND s.person = p.id
WHERE p.public_id = :nobody

-- name: add_nobody
INSERT INTO person (public_id, kek_id, wrapped_key, created_at) VALUES (:public_id, :kek_id, :wrapped_key, :now)
ON CONFLICT (public_id) DO NOTHING

-- name: rewrap_person
UPDATE person SET kek_id = :kek_id, wrapped_key = :wrapped_key WHERE id = :id AND wrapped_key IS NOT NULL
