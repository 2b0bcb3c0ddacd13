-- name: add_campaign
INSERT INTO campaign (public_id, texts, postcodes, last_day, per_hour, state, made_at, spread_at)
VALUES (:public_id, :texts, :postcodes, :last_day, :per_hour, 'running', :now, :now)

-- name: campaigns
SELECT id, public_id, texts, postcodes, last_day, per_hour, state, person, made, made_at, spread_at, mailing FROM campaign WHERE mailing IS NULL ORDER BY id

-- name: campaigns_running
SELECT id, public_id, texts, postcodes, last_day, per_hour, state, person, made, made_at, spread_at, mailing FROM campaign
WHERE state = 'running' ORDER BY id

-- name: campaign
SELECT id, public_id, texts, postcodes, last_day, per_hour, state, person, made, made_at, spread_at, mailing FROM campaign WHERE public_id = :public_id

-- name: spread_campaign
UPDATE campaign SET person = :person, made = made + :made, spread_at = :now, state = :state
WHERE id = :id AND person = :before AND state = 'running'
RETURNING id

-- name: set_campaign_state
UPDATE campaign SET state = :state, spread_at = :now WHERE public_id = :public_id AND mailing IS NULL AND state <> 'cancelled' AND state <> 'done'
RETURNING id

-- name: end_campaign_notices
UPDATE notice SET next_at = NULL, ended_at = :now, ended_why = 'cancelled', revision = revision + 1, lease_until = 0, owner = ''
WHERE matter = :matter AND next_at IS NOT NULL
RETURNING id

-- name: campaign_counts
SELECT CASE WHEN n.next_at IS NULL THEN n.ended_why ELSE 'open' END, count(*) FROM notice AS n
WHERE n.matter = :matter GROUP BY 1 ORDER BY 1
