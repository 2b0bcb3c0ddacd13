-- name: folders_of_person
SELECT id, public_id, sealed FROM folder WHERE person = :person ORDER BY id

-- name: folder_of_person
SELECT id FROM folder WHERE person = :person AND public_id = :public_id

-- name: add_folder
INSERT INTO folder (person, public_id, sealed, made_at) VALUES (:person, :public_id, :sealed, :now)

-- name: rename_folder
UPDATE folder SET sealed = :sealed WHERE person = :person AND public_id = :public_id RETURNING id

-- name: empty_folder
UPDATE mailbox SET folder = NULL WHERE person = :person AND folder = :folder

-- name: remove_folder
DELETE FROM folder WHERE person = :person AND id = :folder
