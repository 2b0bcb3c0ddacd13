-- name: add_rung
INSERT INTO rung (person, public_id, kind, made_at, not_after, next_at, counts, state, code, owner, lease_until)
VALUES (:person, :public_id, :kind, :made_at, :not_after, :next_at, :counts, :state, :code, :owner, :lease_until)
RETURNING id

-- name: add_rung_notice
INSERT INTO rung_notice (rung, notice, step) VALUES (:rung, :notice, :step)

-- name: add_delivery
INSERT INTO delivery (rung, subscription) VALUES (:rung, :subscription)

-- name: claim_rungs
UPDATE rung SET owner = :owner, lease_until = :until, attempt = attempt + 1
WHERE id IN (
  SELECT r.id FROM rung AS r WHERE r.next_at <= :now AND r.lease_until <= :now AND r.kind <> 'call' ORDER BY r.next_at, r.id LIMIT :most
)
RETURNING id, person, public_id, kind, made_at, not_after, attempt, state, code

-- name: rung_waits
SELECT id FROM rung WHERE next_at <= :now AND lease_until <= :now AND kind <> 'call' ORDER BY next_at, id LIMIT 1

-- name: free_rungs
UPDATE rung SET lease_until = 0, owner = '' WHERE lease_until > 0 AND owner <> :owner

-- name: settle_rung
UPDATE rung SET state = CASE WHEN state = 'seen' THEN 'seen' ELSE :state END, code = :code, ref = :ref, next_at = :next_at, lease_until = 0, owner = ''
WHERE id = :id AND owner = :owner AND attempt = :attempt
RETURNING id

-- name: settle_delivery
UPDATE delivery SET state = CASE WHEN state = 'seen' THEN 'seen' ELSE :state END, code = :code WHERE id = :id

-- name: deliveries_due
SELECT d.id, d.rung, s.id, s.public_id, s.origin, s.vapid, s.sealed, s.refused
FROM delivery AS d JOIN subscription AS s ON s.id = d.subscription
WHERE d.rung = :rung AND d.state = 'due' AND s.ended_at IS NULL ORDER BY d.id

-- name: notices_of_rung
SELECT n.id, n.person, n.public_id, n.matter, n.rule, n.occurrence, n.kind, n.weight, n.shape, n.service, n.version, n.opens, n.last_day,
  n.starts_at, n.remind, n.created_at, n.opened_at, n.revision, n.again_at
FROM rung_notice AS x JOIN notice AS n ON n.id = x.notice
WHERE x.rung = :rung AND n.next_at IS NOT NULL ORDER BY n.id

-- name: tried
SELECT x.step, r.kind, r.made_at, r.state
FROM rung_notice AS x JOIN rung AS r ON r.id = x.rung
WHERE x.notice = :notice ORDER BY r.id

-- name: told_last
SELECT made_at FROM rung
WHERE person = :person AND counts = 1 AND state IN ('due', 'handed_over', 'seen')
ORDER BY id DESC LIMIT 1

-- name: city_last
SELECT r.made_at FROM rung AS r JOIN rung_notice AS x ON x.rung = r.id JOIN notice AS n ON n.id = x.notice
WHERE r.person = :person AND n.rule = 'city' AND r.state IN ('due', 'handed_over', 'seen') ORDER BY r.id DESC LIMIT 1

-- name: stop_rungs
UPDATE rung SET state = 'stopped', code = :why, next_at = NULL
WHERE state = 'due' AND (kind <> 'call' OR :calls = 1) AND id IN (SELECT x.rung FROM rung_notice AS x WHERE x.notice = :notice)
  AND NOT EXISTS (
    SELECT 1 FROM rung_notice AS y JOIN notice AS n ON n.id = y.notice WHERE y.rung = rung.id AND n.next_at IS NOT NULL
  )

-- name: delivery_by_id
SELECT d.id, d.rung, r.person, r.kind, d.shown_at, d.clicked_at, r.not_after
FROM delivery AS d JOIN rung AS r ON r.id = d.rung
WHERE d.id = :id

-- name: delivery_shown
UPDATE delivery SET shown_at = coalesce(shown_at, :now), state = 'seen' WHERE id = :id

-- name: delivery_clicked
UPDATE delivery SET clicked_at = coalesce(clicked_at, :now), shown_at = coalesce(shown_at, :now), state = 'seen' WHERE id = :id

-- name: rung_seen
UPDATE rung SET state = 'seen', next_at = NULL WHERE id = :id

-- name: rung_state
SELECT state FROM rung WHERE person = :person AND public_id = :public_id

-- name: rungs_waiting
SELECT kind, count(*) FROM rung WHERE next_at IS NOT NULL GROUP BY kind ORDER BY kind

-- name: calls
SELECT r.public_id, r.person, r.made_at, r.code, r.attempt, n.id, n.person, n.public_id, n.matter, n.rule, n.occurrence, n.kind, n.weight,
  n.shape, n.service, n.version, n.opens, n.last_day, n.starts_at, n.remind, n.created_at, n.opened_at, n.revision, n.again_at
FROM rung AS r JOIN rung_notice AS x ON x.rung = r.id JOIN notice AS n ON n.id = x.notice
WHERE r.kind = 'call' AND r.state = 'due' ORDER BY r.id

-- name: call
SELECT r.id, r.person, x.notice FROM rung AS r JOIN rung_notice AS x ON x.rung = r.id
WHERE r.kind = 'call' AND r.state = 'due' AND r.public_id = :public_id ORDER BY r.id LIMIT 1

-- name: call_again
UPDATE rung SET attempt = attempt + 1 WHERE id = :id

-- name: close_call
UPDATE rung SET state = :state, ref = :outcome WHERE id = :id

-- name: remove_deliveries_of_tests
DELETE FROM delivery WHERE rung IN (SELECT r.id FROM rung AS r WHERE r.kind = 'test' AND r.made_at < :before)

-- name: remove_tests
DELETE FROM rung WHERE kind = 'test' AND made_at < :before
