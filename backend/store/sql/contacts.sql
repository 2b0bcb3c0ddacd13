-- name: put_contact
INSERT INTO contact (person, sealed, changed_at) VALUES (:person, :sealed, :now)
ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed, changed_at = excluded.changed_at

-- name: contact
SELECT sealed FROM contact WHERE person = :person
