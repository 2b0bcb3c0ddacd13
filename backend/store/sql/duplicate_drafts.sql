-- name: drafts_set_aside
SELECT service, public_id, version, revision, sealed FROM draft
WHERE person = :person AND service = :service AND owner <> '' ORDER BY updated_at DESC, id DESC

-- name: every_draft
SELECT public_id, revision FROM draft
WHERE person = :person AND service = :service ORDER BY id

-- name: drop_others
DELETE FROM draft WHERE person = :person AND service = :service AND public_id <> :keep

-- name: make_own
UPDATE draft SET owner = '', revision = revision + 1, updated_at = :now
WHERE person = :person AND service = :service AND public_id = :keep
