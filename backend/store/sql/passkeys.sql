-- name: add_passkey
INSERT INTO passkey (person, public_id, credential, public_key, uses, synced, made_at, used_at, device, mac)
SELECT id, :public_id, :credential, :public_key, cast(:uses as bigint), cast(:synced as bigint),
  cast(:made_at as bigint), cast(:made_at as bigint), cast(:device as text), :mac
FROM person WHERE public_id = :person AND wrapped_key IS NOT NULL
ON CONFLICT (credential) DO NOTHING
RETURNING id

-- name: passkey_by_credential
SELECT passkey.public_id, person.public_id, passkey.credential, passkey.public_key, passkey.uses, passkey.synced,
  passkey.made_at, passkey.used_at, passkey.device, passkey.mac
FROM passkey JOIN person ON person.id = passkey.person
WHERE passkey.credential = :credential AND person.wrapped_key IS NOT NULL

-- name: passkeys_of_person
SELECT passkey.public_id, person.public_id, passkey.credential, passkey.public_key, passkey.uses, passkey.synced,
  passkey.made_at, passkey.used_at, passkey.device, passkey.mac
FROM passkey JOIN person ON person.id = passkey.person
WHERE person.public_id = :person ORDER BY passkey.id

-- name: use_passkey
UPDATE passkey SET uses = :uses, synced = :synced, used_at = :used_at WHERE public_id = :public_id

-- name: drop_passkey
DELETE FROM passkey WHERE public_id = :public_id AND person = (SELECT id FROM person WHERE public_id = :person)
RETURNING public_id

-- name: all_passkeys
SELECT passkey.public_id, person.public_id, passkey.credential, passkey.public_key, passkey.uses, passkey.synced,
  passkey.made_at, passkey.used_at, passkey.device, passkey.mac
FROM passkey JOIN person ON person.id = passkey.person

-- name: sign_passkey
UPDATE passkey SET mac = :mac WHERE public_id = :public_id
