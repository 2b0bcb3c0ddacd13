-- name: listed_by_mac
SELECT person.id, person.public_id, person.kek_id, person.wrapped_key, register.line_mac, register.listed_at, person.mac
FROM person JOIN register ON register.person = person.id WHERE person.cpr_mac = :cpr_mac

-- name: add_person
INSERT INTO person (public_id, kek_id, wrapped_key, cpr_mac, cpr_key, mac, sealed, language, created_at)
VALUES (:public_id, :kek_id, :wrapped_key, :cpr_mac, :cpr_key, :mac, :sealed, :language, :now)

-- name: id_of
SELECT id FROM person WHERE public_id = :public_id

-- name: list_person
INSERT INTO register (person, line_mac, status, listed_at) VALUES (:person, :line_mac, :status, :now)

-- name: add_kin
INSERT INTO family (person, kinship, relative_mac, relative_key, mac) VALUES (:person, :kinship, :relative_mac, :cpr_key, :mac)
ON CONFLICT (person, kinship, relative_mac) DO NOTHING

-- name: change_person
UPDATE person SET sealed = :sealed, language = :language WHERE id = :id

-- name: relist_person
UPDATE register SET line_mac = :line_mac, status = :status, listed_at = :now WHERE person = :id

-- name: drop_kin
DELETE FROM family WHERE person = :id

-- name: count_unlisted
SELECT count(*) FROM register WHERE listed_at <> :now

-- name: person_of_number
SELECT id, public_id, cpr_mac, mac FROM person WHERE cpr_mac = :cpr_mac

-- name: kin_of_number
SELECT f.person, p.public_id, f.kinship, f.relative_mac, f.mac
FROM family AS f JOIN person AS p ON p.id = f.person WHERE f.relative_mac = :cpr_mac

-- name: move_person
UPDATE person SET cpr_mac = :cpr_mac, cpr_key = :cpr_key, mac = :mac
WHERE id = :id AND NOT EXISTS (SELECT 1 FROM person AS p WHERE p.cpr_mac = :cpr_mac)

-- name: drop_one_kin
DELETE FROM family WHERE person = :person AND kinship = :kinship AND relative_mac = :old
