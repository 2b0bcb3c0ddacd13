-- name: add_task
INSERT INTO task (person, case_id, public_id, task, who, sealed, opened_at)
VALUES (:person, :case_row, :public_id, :task, :who, :sealed, :now)

-- name: open_tasks_of_case
SELECT t.public_id, c.public_id, t.task, t.who, t.sealed, t.opened_at
FROM task AS t JOIN cases AS c ON c.id = t.case_id
WHERE t.case_id = :case_row AND t.done_at IS NULL ORDER BY t.id

-- name: open_tasks_of_person
SELECT t.public_id, c.public_id, t.task, t.who, t.sealed, t.opened_at
FROM task AS t JOIN cases AS c ON c.id = t.case_id
WHERE t.person = :person AND t.done_at IS NULL ORDER BY t.id

-- name: end_task
UPDATE task SET done_at = :now WHERE case_id = :case_row AND public_id = :public_id AND done_at IS NULL

-- name: reopen_task
UPDATE task SET done_at = NULL WHERE case_id = :case_row AND public_id = :public_id
