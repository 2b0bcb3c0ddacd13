-- name: by_due
SELECT c.id, c.public_id, c.number, c.service, c.status, coalesce(s.name, ''), coalesce(p.public_id, ''), c.opened_at, c.looked_at,
  c.decided_at, c.due_on
FROM cases AS c LEFT JOIN staff AS s ON s.person = c.assigned LEFT JOIN person AS p ON p.id = c.assigned
WHERE c.service = :service
  AND ((:state = 'open' AND c.decided_at = 0 AND c.status <> 'waiting') OR (:state = 'waiting' AND c.decided_at = 0 AND c.status = 'waiting')
    OR (:state = 'decided' AND c.decided_at > 0))
  AND (:who = 'all' OR (:who = 'nobody' AND c.assigned IS NULL) OR (:who = 'mine' AND p.public_id = :me))
  AND (:until = '' OR (c.due_on <> '' AND c.due_on < :until))
  AND (coalesce(nullif(c.due_on, ''), '9999-12-31'), c.id) > (:after_day, :after_row)
ORDER BY coalesce(nullif(c.due_on, ''), '9999-12-31'), c.id LIMIT :most

-- name: by_oldest
SELECT c.id, c.public_id, c.number, c.service, c.status, coalesce(s.name, ''), coalesce(p.public_id, ''), c.opened_at, c.looked_at,
  c.decided_at, c.due_on
FROM cases AS c LEFT JOIN staff AS s ON s.person = c.assigned LEFT JOIN person AS p ON p.id = c.assigned
WHERE c.service = :service
  AND ((:state = 'open' AND c.decided_at = 0 AND c.status <> 'waiting') OR (:state = 'waiting' AND c.decided_at = 0 AND c.status = 'waiting')
    OR (:state = 'decided' AND c.decided_at > 0))
  AND (:who = 'all' OR (:who = 'nobody' AND c.assigned IS NULL) OR (:who = 'mine' AND p.public_id = :me))
  AND (:until = '' OR (c.due_on <> '' AND c.due_on < :until))
  AND c.id > :after_row
ORDER BY c.id LIMIT :most

-- name: by_newest
SELECT c.id, c.public_id, c.number, c.service, c.status, coalesce(s.name, ''), coalesce(p.public_id, ''), c.opened_at, c.looked_at,
  c.decided_at, c.due_on
FROM cases AS c LEFT JOIN staff AS s ON s.person = c.assigned LEFT JOIN person AS p ON p.id = c.assigned
WHERE c.service = :service
  AND ((:state = 'open' AND c.decided_at = 0 AND c.status <> 'waiting') OR (:state = 'waiting' AND c.decided_at = 0 AND c.status = 'waiting')
    OR (:state = 'decided' AND c.decided_at > 0))
  AND (:who = 'all' OR (:who = 'nobody' AND c.assigned IS NULL) OR (:who = 'mine' AND p.public_id = :me))
  AND (:until = '' OR (c.due_on <> '' AND c.due_on < :until))
  AND c.id < :after_row
ORDER BY c.id DESC LIMIT :most

-- name: count_open
SELECT CASE WHEN c.status = 'waiting' THEN 'waiting' ELSE 'open' END,
  CASE WHEN c.assigned IS NULL THEN 'nobody' WHEN p.public_id = :me THEN 'mine' ELSE 'others' END,
  CASE WHEN c.due_on <> '' AND c.due_on < :today THEN 1 ELSE 0 END, count(*)
FROM cases AS c LEFT JOIN person AS p ON p.id = c.assigned
WHERE c.service = :service AND c.decided_at = 0
GROUP BY 1, 2, 3
