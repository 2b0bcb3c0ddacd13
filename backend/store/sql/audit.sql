-- name: add_line
INSERT INTO audit (at, person, role, subject, verb, object)
VALUES (:at, :person, :role, :subject, :verb, :object)
RETURNING id

-- name: lines_of_subject
SELECT id, at, person, role, subject, verb, object FROM audit
WHERE subject = :subject AND id < :before ORDER BY id DESC LIMIT :most

-- name: looks_at_subject
SELECT id, at, person, role, subject, verb, object FROM audit
WHERE subject = :subject AND id < :before AND (verb IN ('read', 'export') OR role <> 'resident') ORDER BY id DESC LIMIT :most

-- name: lines_after
SELECT id, at, person, role, subject, verb, object FROM audit WHERE id > :after ORDER BY id LIMIT :most

-- name: lines_between
SELECT id, at, person, role, subject, verb, object FROM audit WHERE id > :after AND id <= :last ORDER BY id

-- name: newest_link
SELECT id, last, hash, key_id FROM audit_link ORDER BY id DESC LIMIT 1

-- name: add_link
INSERT INTO audit_link (last, hash, key_id) VALUES (:last, :hash, :key_id) ON CONFLICT (last) DO NOTHING

-- name: all_links
SELECT id, last, hash, key_id FROM audit_link ORDER BY id
