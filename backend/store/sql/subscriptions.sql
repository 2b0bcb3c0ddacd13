-- name: put_subscription
INSERT INTO subscription (person, public_id, endpoint_mac, origin, vapid, sealed, made_at, seen_at)
VALUES (:person, :public_id, :endpoint_mac, :origin, :vapid, :sealed, :now, :now)
ON CONFLICT (endpoint_mac) DO UPDATE SET person = excluded.person, public_id = excluded.public_id, origin = excluded.origin,
  vapid = excluded.vapid, sealed = excluded.sealed, made_at = excluded.made_at, seen_at = excluded.seen_at, refused = 0, ended_at = NULL, ended_why = ''
RETURNING id

-- name: see_subscription
UPDATE subscription SET seen_at = :now WHERE person = :person AND public_id = :public_id AND ended_at IS NULL

-- name: subscription_by_endpoint
SELECT id, public_id, origin, vapid, sealed, made_at, seen_at, taken_at, refused
FROM subscription WHERE person = :person AND endpoint_mac = :endpoint_mac AND ended_at IS NULL

-- name: subscriptions_of_person
SELECT id, public_id, origin, vapid, sealed, made_at, seen_at, taken_at, refused
FROM subscription WHERE person = :person AND ended_at IS NULL ORDER BY id

-- name: end_subscription
UPDATE subscription SET ended_at = :now, ended_why = :why, sealed = x''
WHERE person = :person AND public_id = :public_id AND ended_at IS NULL
RETURNING id

-- name: end_gone_subscription
UPDATE subscription SET ended_at = :now, ended_why = :why, sealed = x'' WHERE id = :id AND ended_at IS NULL
RETURNING person

-- name: subscription_taken
UPDATE subscription SET taken_at = :now, refused = 0 WHERE id = :id

-- name: subscription_refused
UPDATE subscription SET refused = refused + 1 WHERE id = :id AND ended_at IS NULL

-- name: why_subscription_ended
SELECT ended_why FROM subscription WHERE person = :person AND public_id = :public_id AND ended_at IS NOT NULL

-- name: move_endpoint
UPDATE subscription SET endpoint_mac = :endpoint_mac WHERE endpoint_mac = :old
  AND NOT EXISTS (SELECT 1 FROM subscription AS s WHERE s.endpoint_mac = :endpoint_mac)
