-- name: guests
SELECT public_id FROM session WHERE role = 'guest' ORDER BY id

-- name: give_key
UPDATE session SET kek_id = :kek_id, wrapped_key = :wrapped_key WHERE public_id = :session

-- name: old_submissions
SELECT s.id, s.public_id, '', s.idem, '', s.sealed, p.id, p.public_id, p.kek_id, p.wrapped_key
FROM submission AS s JOIN person AS p ON p.id = s.person WHERE s.id > :after ORDER BY s.id LIMIT :most

-- name: old_tasks
SELECT t.id, t.public_id, '', '', c.public_id, t.sealed, p.id, p.public_id, p.kek_id, p.wrapped_key
FROM task AS t JOIN cases AS c ON c.id = t.case_id JOIN person AS p ON p.id = t.person WHERE t.id > :after ORDER BY t.id LIMIT :most

-- name: old_files
SELECT f.id, f.public_id, f.owner, '', coalesce(c.public_id, ''), f.sealed, p.id, p.public_id, p.kek_id, p.wrapped_key
FROM file AS f JOIN person AS p ON p.id = f.person LEFT JOIN cases AS c ON c.id = f.case_id
WHERE f.id > :after ORDER BY f.id LIMIT :most

-- name: old_drafts
SELECT d.id, d.public_id, d.owner, '', '', d.sealed, p.id, p.public_id, p.kek_id, p.wrapped_key
FROM draft AS d JOIN person AS p ON p.id = d.person WHERE d.id > :after ORDER BY d.id LIMIT :most

-- name: reseal_submission
UPDATE submission SET idem = :idem, sealed = :sealed WHERE id = :id

-- name: reseal_task
UPDATE task SET sealed = :sealed WHERE id = :id

-- name: reseal_file
UPDATE file SET sealed = :sealed WHERE id = :id

-- name: reseal_draft
UPDATE draft SET public_id = :public_id, sealed = :sealed WHERE id = :id

-- name: drop_draft
DELETE FROM draft WHERE id = :id
