-- name: case_as_it_is
SELECT id, service, status, looked_at, decided_at FROM cases WHERE person = :person AND public_id = :public_id

-- name: withdraw_case
UPDATE cases SET status = 'withdrawn', decided_at = :now
WHERE id = :case_row AND looked_at = 0 AND decided_at = 0
RETURNING id

-- name: close_tasks
UPDATE task SET done_at = :now WHERE case_id = :case_row AND done_at IS NULL

-- name: restore_case
UPDATE cases SET status = 'received', decided_at = 0
WHERE id = :case_row AND status = 'withdrawn' AND decided_at = :withdrawn_at
RETURNING id

-- name: reopen_tasks
UPDATE task SET done_at = NULL WHERE case_id = :case_row AND done_at = :withdrawn_at
