-- name: void_older
UPDATE activation SET used_at = :made_at
WHERE person = (SELECT id FROM person WHERE public_id = :person) AND used_at IS NULL

-- name: add_activation
INSERT INTO activation (person, public_id, code_mac, code_hash, needs_born, tries, made_at, ends_at, uptime_at, mac)
SELECT id, :public_id, :code_mac, :code_hash, cast(:needs_born as bigint), 0,
  cast(:made_at as bigint), cast(:ends_at as bigint), (SELECT ms FROM uptime), :mac
FROM person WHERE public_id = :person AND wrapped_key IS NOT NULL
RETURNING id

-- name: activation_by_code
SELECT activation.public_id, person.public_id, activation.code_hash, activation.needs_born, activation.tries,
  activation.ends_at, activation.used_at, activation.code_mac, activation.made_at, activation.mac
FROM activation JOIN person ON person.id = activation.person
WHERE activation.code_mac = :code_mac AND person.wrapped_key IS NOT NULL

-- name: take_try
UPDATE activation SET tries = tries + 1
WHERE public_id = :public_id AND used_at IS NULL AND ends_at > :now AND tries < :most_tries
RETURNING tries

-- name: give_try_back
UPDATE activation SET tries = tries - 1 WHERE public_id = :public_id AND tries > 0

-- name: use_activation
UPDATE activation SET used_at = :now
WHERE public_id = :public_id AND used_at IS NULL AND ends_at > :now AND tries < :most_tries
RETURNING (SELECT person.public_id FROM person WHERE person.id = activation.person)

-- name: drop_old_activations
DELETE FROM activation WHERE ends_at <= :before AND uptime_at + :kept <= (SELECT ms FROM uptime)

-- name: activation_by_id
SELECT activation.public_id, person.public_id, activation.code_hash, activation.needs_born, activation.tries,
  activation.ends_at, activation.used_at, activation.code_mac, activation.made_at, activation.mac
FROM activation JOIN person ON person.id = activation.person
WHERE activation.public_id = :public_id AND person.wrapped_key IS NOT NULL

-- name: all_activations
SELECT activation.public_id, person.public_id, activation.code_hash, activation.needs_born, activation.tries,
  activation.ends_at, activation.used_at, activation.code_mac, activation.made_at, activation.mac
FROM activation JOIN person ON person.id = activation.person

-- name: sign_activation
UPDATE activation SET mac = :mac WHERE public_id = :public_id
