-- name: last_person
SELECT coalesce(max(id), 0) FROM person

-- name: last_session
SELECT coalesce(max(id), 0) FROM session

-- name: last_passkey
SELECT coalesce(max(id), 0) FROM passkey

-- name: last_activation
SELECT coalesce(max(id), 0) FROM activation

-- name: session
SELECT s.id, s.mac, s.public_id, p.public_id, s.token_mac, s.role, s.began_at, s.ends_at, s.strong_at
FROM session AS s JOIN person AS p ON p.id = s.person WHERE s.id > :after AND s.id <= :until

-- name: passkey
SELECT k.id, k.mac, k.public_id, p.public_id, k.credential, k.public_key, k.made_at
FROM passkey AS k JOIN person AS p ON p.id = k.person WHERE k.id > :after AND k.id <= :until

-- name: activation
SELECT a.id, a.mac, a.public_id, p.public_id, a.code_mac, a.code_hash, a.needs_born, a.made_at, a.ends_at
FROM activation AS a JOIN person AS p ON p.id = a.person WHERE a.id > :after AND a.id <= :until

-- name: person
SELECT id, mac, public_id, cpr_mac FROM person WHERE cpr_mac IS NOT NULL AND id > :after AND id <= :until

-- name: family
SELECT f.person, f.mac, p.public_id, f.kinship, f.relative_mac
FROM family AS f JOIN person AS p ON p.id = f.person WHERE f.person > :after AND f.person <= :until

-- name: persona
SELECT a.person, a.mac, p.public_id, a.place, a.about
FROM persona AS a JOIN person AS p ON p.id = a.person WHERE a.person > :after AND a.person <= :until

-- name: staff
SELECT s.person, s.mac, p.public_id, s.name, s.roles, s.services
FROM staff AS s JOIN person AS p ON p.id = s.person WHERE s.person > :after AND s.person <= :until

-- name: last_sender
SELECT count(*) FROM sender

-- name: sender
SELECT n, mac, name, kind, key_mac, is_test, per_minute, id
FROM (SELECT row_number() OVER (ORDER BY id) AS n, mac, name, kind, key_mac, is_test, per_minute, id FROM sender) AS s
WHERE n > :after AND n <= :until ORDER BY n

-- name: mark_sender
UPDATE sender SET mac = :mac WHERE id = :last

-- name: mark_staff
UPDATE staff SET mac = :mac WHERE person = :id

-- name: mark_session
UPDATE session SET mac = :mac WHERE id = :id

-- name: mark_passkey
UPDATE passkey SET mac = :mac WHERE id = :id

-- name: mark_activation
UPDATE activation SET mac = :mac WHERE id = :id

-- name: mark_person
UPDATE person SET mac = :mac WHERE id = :id

-- name: mark_family
UPDATE family SET mac = :mac WHERE person = :id AND kinship = :second AND relative_mac = :last

-- name: mark_persona
UPDATE persona SET mac = :mac WHERE person = :id

-- name: name_cpr_key
UPDATE person SET cpr_key = :key WHERE cpr_mac IS NOT NULL AND cpr_key = ''

-- name: name_relative_key
UPDATE family SET relative_key = :key WHERE relative_key = ''
