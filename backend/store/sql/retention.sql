-- name: old_rungs
SELECT r.id FROM rung AS r
WHERE r.made_at < :before AND r.next_at IS NULL AND r.state <> 'due' AND NOT EXISTS (
  SELECT 1 FROM rung_notice AS x JOIN notice AS n ON n.id = x.notice
  WHERE x.rung = r.id AND (n.ended_at IS NULL OR n.ended_at >= :before))
ORDER BY r.id LIMIT :most

-- name: old_notices
SELECT n.id FROM notice AS n
WHERE n.next_at IS NULL AND n.ended_at < :before AND NOT EXISTS (SELECT 1 FROM rung_notice AS x WHERE x.notice = n.id)
ORDER BY n.id LIMIT :most

-- name: drop_deliveries
DELETE FROM delivery WHERE rung = :id

-- name: drop_rung_notices
DELETE FROM rung_notice WHERE rung = :id

-- name: drop_rung
DELETE FROM rung WHERE id = :id

-- name: drop_notice
DELETE FROM notice WHERE id = :id
