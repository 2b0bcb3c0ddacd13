-- name: draft
SELECT service, public_id, version, revision, sealed FROM draft
WHERE person = :person AND owner = :owner AND service = :service

-- name: drafts_of_person
SELECT service, public_id, version, revision, sealed FROM draft
WHERE person = :person AND owner = :owner ORDER BY updated_at DESC, id DESC

-- name: add_draft
INSERT INTO draft (person, owner, service, public_id, version, revision, sealed, updated_at, uptime_at)
VALUES (:person, :owner, :service, :public_id, :version, 1, :sealed, :now, (SELECT ms FROM uptime))
ON CONFLICT (person, owner, service) DO NOTHING
RETURNING revision

-- name: change_draft
UPDATE draft
SET public_id = :public_id, version = :version, revision = revision + 1, sealed = :sealed, updated_at = :now,
  uptime_at = (SELECT ms FROM uptime)
WHERE person = :person AND owner = :owner AND service = :service
  AND public_id = :replaces AND revision = :revision
RETURNING revision

-- name: remove_draft
DELETE FROM draft WHERE person = :person AND owner = :owner AND service = :service

-- name: clear_sent
DELETE FROM draft
WHERE person = :person AND owner = :owner AND service = :service
  AND EXISTS (SELECT 1 FROM submission AS s WHERE s.person = draft.person AND s.idem = draft.public_id)

-- name: clear_begun
DELETE FROM draft WHERE person = :person AND owner = :owner AND service = :service AND public_id = :public_id

-- name: drop_set_aside
DELETE FROM draft WHERE person = :person AND service = :service AND public_id = :public_id AND owner <> ''

-- name: remove_old_guest_drafts
DELETE FROM draft WHERE owner <> '' AND uptime_at < :before
