-- name: person_by_cpr
SELECT id, public_id, cpr_mac, mac FROM person WHERE cpr_mac = :cpr_mac AND wrapped_key IS NOT NULL

-- name: number_of_person
SELECT id, public_id, cpr_mac, mac FROM person WHERE public_id = :public_id

-- name: sealed_person
SELECT id, public_id, kek_id, wrapped_key, sealed FROM person
WHERE public_id = :public_id AND sealed IS NOT NULL AND wrapped_key IS NOT NULL

-- name: named_by
SELECT other.id, other.public_id, other.kek_id, other.wrapped_key, other.sealed, other.cpr_mac, other.mac,
  me.public_id, family.kinship, family.relative_mac, family.mac
FROM person me JOIN family ON family.person = me.id AND family.kinship = :kinship
JOIN person other ON other.cpr_mac = family.relative_mac
WHERE me.public_id = :public_id AND other.sealed IS NOT NULL AND other.wrapped_key IS NOT NULL

-- name: who_name
SELECT other.id, other.public_id, other.kek_id, other.wrapped_key, other.sealed, other.cpr_mac, other.mac,
  other.public_id, family.kinship, family.relative_mac, family.mac
FROM person me JOIN family ON family.relative_mac = me.cpr_mac AND family.kinship = :kinship
JOIN person other ON other.id = family.person
WHERE me.public_id = :public_id AND other.sealed IS NOT NULL AND other.wrapped_key IS NOT NULL
