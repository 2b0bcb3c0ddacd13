-- name: case_to_answer
SELECT id, decided_at FROM cases WHERE person = :person AND public_id = :public_id

-- name: task_is_answered
UPDATE task SET done_at = :now
WHERE case_id = :case_row AND task = :task AND who = 'me' AND done_at IS NULL
RETURNING id

-- name: wait_no_more
-- Nothing is left of what a caseworker asked for: those tasks are called "paper." and something.
UPDATE cases SET status = :in_progress
WHERE id = :case_row AND status = :waiting AND NOT EXISTS (
  SELECT 1 FROM task AS t WHERE t.case_id = cases.id AND t.task > 'paper.' AND t.task < 'paper/' AND t.done_at IS NULL)
