-- name: case_to_answer
SELECT id, decided_at FROM cases WHERE person = :person AND public_id = :public_id

-- name: task_is_answered
UPDATE task SET done_at = :now
WHERE case_id = :case_row AND task = :task AND who = 'me' AND done_at IS NULL
RETURNING id
