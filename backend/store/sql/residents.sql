-- name: person_by_cpr
SELECT public_id FROM person WHERE cpr_mac = :cpr_mac AND wrapped_key IS NOT NULL

-- name: sealed_person
SELECT id, public_id, kek_id, wrapped_key, sealed FROM person
WHERE public_id = :public_id AND sealed IS NOT NULL AND wrapped_key IS NOT NULL

-- name: partners
SELECT other.id, other.public_id, other.kek_id, other.wrapped_key, other.sealed
FROM person me JOIN family ON family.person = me.id AND family.kinship = 'partner'
JOIN person other ON other.cpr_mac = family.relative_mac
WHERE me.public_id = :public_id AND other.sealed IS NOT NULL AND other.wrapped_key IS NOT NULL
UNION
SELECT other.id, other.public_id, other.kek_id, other.wrapped_key, other.sealed
FROM person me JOIN family ON family.relative_mac = me.cpr_mac AND family.kinship = 'partner'
JOIN person other ON other.id = family.person
WHERE me.public_id = :public_id AND other.sealed IS NOT NULL AND other.wrapped_key IS NOT NULL

-- name: parents
SELECT other.id, other.public_id, other.kek_id, other.wrapped_key, other.sealed
FROM person me JOIN family ON family.person = me.id AND family.kinship = 'parent'
JOIN person other ON other.cpr_mac = family.relative_mac
WHERE me.public_id = :public_id AND other.sealed IS NOT NULL AND other.wrapped_key IS NOT NULL

-- name: children
SELECT other.id, other.public_id, other.kek_id, other.wrapped_key, other.sealed
FROM person me JOIN family ON family.relative_mac = me.cpr_mac AND family.kinship = 'parent'
JOIN person other ON other.id = family.person
WHERE me.public_id = :public_id AND other.sealed IS NOT NULL AND other.wrapped_key IS NOT NULL
