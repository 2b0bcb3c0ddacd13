-- name: paper_of_person
SELECT public_id, name, bytes, sealed, added_at, coalesce(removed_at, 0) FROM paper WHERE public_id = :public_id AND person = :person

-- name: papers_of_person
SELECT public_id, name, bytes, sealed, added_at, coalesce(removed_at, 0) FROM paper WHERE person = :person ORDER BY id DESC

-- name: count_papers
SELECT count(*) FROM paper WHERE person = :person AND removed_at IS NULL

-- name: sizes_of_kept_papers
SELECT bytes FROM paper WHERE person = :person AND removed_at IS NULL

-- name: sizes_of_removed_papers
SELECT public_id, bytes FROM paper WHERE person = :person AND removed_at IS NOT NULL ORDER BY removed_at, id

-- name: add_paper
INSERT INTO paper (person, public_id, name, bytes, sealed, added_at) VALUES (:person, :public_id, :name, :bytes, :sealed, :now)

-- name: rename_paper
UPDATE paper SET sealed = :sealed WHERE public_id = :public_id AND person = :person RETURNING id

-- name: remove_paper
UPDATE paper SET removed_at = :now, removed_uptime = (SELECT ms FROM uptime)
WHERE public_id = :public_id AND person = :person AND removed_at IS NULL
RETURNING id

-- name: restore_paper
UPDATE paper SET removed_at = NULL, removed_uptime = NULL
WHERE public_id = :public_id AND person = :person AND removed_at IS NOT NULL
RETURNING id

-- name: drop_paper
DELETE FROM paper WHERE public_id = :public_id AND person = :person

-- name: drop_removed_papers
DELETE FROM paper WHERE removed_uptime < :before
