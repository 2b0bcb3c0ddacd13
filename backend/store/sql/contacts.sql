-- name: put_contact
INSERT INTO contact (person, sealed, is_paper, changed_at) VALUES (:person, :sealed, :is_paper, :now)
ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed, is_paper = excluded.is_paper, changed_at = excluded.changed_at

-- name: contacts_after
SELECT p.id, p.public_id, p.kek_id, p.wrapped_key, c.sealed FROM contact AS c JOIN person AS p ON p.id = c.person
WHERE c.person > :after AND p.wrapped_key IS NOT NULL ORDER BY c.person LIMIT :most

-- name: mark_on_paper
UPDATE contact SET is_paper = 1 WHERE person = :person

-- name: contact
SELECT sealed FROM contact WHERE person = :person
