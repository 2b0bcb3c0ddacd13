-- name: begin
INSERT INTO correction (person, case_id, idem, begun_at)
SELECT c.person, c.id, :idem, :now FROM cases AS c
WHERE c.person = :person AND c.public_id = :public_id AND c.looked_at = 0 AND c.decided_at = 0
RETURNING id

-- name: corrected_case
SELECT c.id, c.public_id, c.number, c.submission FROM correction AS r JOIN cases AS c ON c.id = r.case_id
WHERE r.person = :person AND r.idem = :idem AND r.replaced IS NULL

-- name: files_on_case
SELECT public_id FROM file WHERE case_id = :case_row ORDER BY id

-- name: replace_content
UPDATE cases SET submission = :submission, due_on = :due_on
WHERE id = :case_row AND submission = :before AND looked_at = 0 AND decided_at = 0
RETURNING id

-- name: keep_replaced
UPDATE correction SET replaced = :before WHERE person = :person AND idem = :idem AND replaced IS NULL

-- name: done_tasks
SELECT task FROM task WHERE case_id = :case_row AND done_at IS NOT NULL ORDER BY id

-- name: drop_open_tasks
DELETE FROM task WHERE case_id = :case_row AND done_at IS NULL
