-- name: count_loose
SELECT count(*) FROM file WHERE person = :person AND owner = :owner AND case_id IS NULL AND message IS NULL

-- name: bytes_of_guests
SELECT coalesce(sum(bytes), 0) FROM file WHERE owner <> '' AND case_id IS NULL
UNION ALL
SELECT coalesce(sum(bytes), 0) FROM file WHERE owner <> '' AND case_id IS NOT NULL AND added_at >= :since

-- name: count_files_named
SELECT count(*) FROM file WHERE public_id = :public_id

-- name: add_file
INSERT INTO file (person, owner, public_id, name, bytes, sealed, added_at, uptime_at)
VALUES (:person, :owner, :public_id, :name, :bytes, :sealed, :now, (SELECT ms FROM uptime))

-- name: attach_file
UPDATE file SET case_id = :case_row, sealed = :sealed
WHERE public_id = :public_id AND person = :person AND owner = :owner AND case_id IS NULL AND message IS NULL
RETURNING id

-- name: move_file
UPDATE file SET person = :person, owner = '', sealed = :sealed, uptime_at = (SELECT ms FROM uptime)
WHERE public_id = :public_id AND owner = :owner AND case_id IS NULL AND message IS NULL

-- name: file_of_person
SELECT f.public_id, f.name, f.bytes, f.sealed, f.added_at, f.owner, coalesce(c.public_id, '')
FROM file AS f LEFT JOIN cases AS c ON c.id = f.case_id
WHERE f.public_id = :public_id AND f.person = :person AND f.owner = :owner

-- name: loose_files
SELECT public_id, name, bytes, sealed, added_at, owner, '' FROM file
WHERE person = :person AND owner = :owner AND case_id IS NULL AND message IS NULL ORDER BY id

-- name: files_of_case
SELECT f.public_id, f.name, f.bytes, f.sealed, f.added_at, f.owner, c.public_id
FROM file AS f JOIN cases AS c ON c.id = f.case_id WHERE f.case_id = :case_row ORDER BY f.id

-- name: content_names
SELECT name FROM file UNION ALL SELECT name FROM paper ORDER BY name

-- name: content_names_of_files
SELECT name FROM file ORDER BY name

-- name: has_papers
SELECT count(*) FROM sqlite_schema WHERE name = 'paper'

-- name: remove_loose_files
DELETE FROM file
WHERE case_id IS NULL AND message IS NULL AND uptime_at < :before AND NOT EXISTS (
  SELECT 1 FROM draft AS d
  WHERE d.person = file.person AND d.owner = file.owner
    AND NOT EXISTS (SELECT 1 FROM submission AS s WHERE s.person = d.person AND s.idem = d.public_id))

-- name: remove_files_of_gone_guests
DELETE FROM file
WHERE owner <> '' AND case_id IS NULL AND message IS NULL AND uptime_at < :before AND NOT EXISTS (SELECT 1 FROM session WHERE public_id = file.owner)
