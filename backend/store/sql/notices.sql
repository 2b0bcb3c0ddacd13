-- name: add_notice
INSERT INTO notice (person, public_id, matter, rule, occurrence, kind, weight, shape, service, version, opens, last_day, starts_at,
  remind, created_at, next_at, ended_at, ended_why)
VALUES (:person, :public_id, :matter, :rule, :occurrence, :kind, :weight, :shape, :service, :version, :opens, :last_day, :starts_at,
  :remind, :created_at, :next_at, :ended_at, :ended_why)
ON CONFLICT (person, matter, rule, occurrence) DO NOTHING

-- name: oldest_notice_due
SELECT next_at FROM notice WHERE next_at <= :now AND lease_until <= :now ORDER BY next_at, id LIMIT 1

-- name: claim_notices
UPDATE notice SET owner = :owner, lease_until = :until, revision = revision + 1
WHERE id IN (
  SELECT n.id FROM notice AS n WHERE n.next_at <= :now AND n.lease_until <= :now ORDER BY n.next_at, n.id LIMIT :most
)
RETURNING id, person, public_id, matter, rule, occurrence, kind, weight, shape, service, version, opens, last_day, starts_at, remind,
  created_at, opened_at, revision, again_at

-- name: claim_rest_of_person
UPDATE notice SET owner = :owner, lease_until = :until, revision = revision + 1
WHERE person = :person AND next_at IS NOT NULL AND lease_until <= :now
RETURNING id, person, public_id, matter, rule, occurrence, kind, weight, shape, service, version, opens, last_day, starts_at, remind,
  created_at, opened_at, revision, again_at

-- name: free_leases
UPDATE notice SET lease_until = 0, owner = '', revision = revision + 1 WHERE lease_until > 0 AND owner <> :owner

-- name: settle_notice
UPDATE notice SET next_at = :next_at, ended_at = :ended_at, ended_why = :ended_why, lease_until = 0, owner = '', revision = revision + 1
WHERE id = :id AND owner = :owner AND revision = :revision
RETURNING id

-- name: look_again
UPDATE notice SET next_at = :now, revision = revision + 1, lease_until = 0, owner = ''
WHERE next_at IS NOT NULL AND id IN (SELECT r.notice FROM rung_notice AS r WHERE r.rung = :rung)

-- name: look_again_at_all
UPDATE notice SET next_at = :now, revision = revision + 1, lease_until = 0, owner = ''
WHERE next_at IS NOT NULL AND person = :person

-- name: end_notices
UPDATE notice SET next_at = NULL, ended_at = :now, ended_why = :why, revision = revision + 1, lease_until = 0, owner = ''
WHERE person = :person AND matter = :matter AND (rule = :rule OR :rule = '') AND next_at IS NOT NULL
RETURNING id

-- name: reopen_notice
UPDATE notice SET next_at = :now, ended_at = NULL, ended_why = '', revision = revision + 1, lease_until = 0, owner = ''
WHERE person = :person AND matter = :matter AND rule = :rule AND ended_why = 'done'

-- name: reopen_notices
UPDATE notice SET next_at = :now, ended_at = NULL, ended_why = '', revision = revision + 1, lease_until = 0, owner = ''
WHERE person = :person AND matter = :matter AND ended_why = :why AND ended_at = :ended_at

-- name: end_notice
UPDATE notice SET next_at = NULL, ended_at = :now, ended_why = :why, revision = revision + 1, lease_until = 0, owner = ''
WHERE person = :person AND public_id = :public_id AND next_at IS NOT NULL
RETURNING id

-- name: put_off_notice
UPDATE notice SET next_at = :until, again_at = :until, revision = revision + 1, lease_until = 0, owner = ''
WHERE person = :person AND public_id = :public_id AND next_at IS NOT NULL
RETURNING id

-- name: open_notice
UPDATE notice SET opened_at = coalesce(opened_at, :now) WHERE person = :person AND public_id = :public_id

-- name: look_at_opened
UPDATE notice SET next_at = :now, revision = revision + 1, lease_until = 0, owner = ''
WHERE person = :person AND public_id = :public_id AND next_at IS NOT NULL AND kind = 'tell'

-- name: notice_by_id
SELECT id, person, public_id, matter, rule, occurrence, kind, weight, shape, service, version, opens, last_day, starts_at, remind,
  created_at, opened_at, revision, again_at
FROM notice WHERE person = :person AND public_id = :public_id

-- name: notices_of_person
SELECT id, person, public_id, matter, rule, occurrence, kind, weight, shape, service, version, opens, last_day, starts_at, remind,
  created_at, opened_at, revision, again_at
FROM notice WHERE person = :person AND next_at IS NOT NULL ORDER BY id

-- name: unbalanced
SELECT id FROM notice WHERE (next_at IS NULL AND ended_why = '') OR (next_at IS NOT NULL AND ended_why <> '') ORDER BY id LIMIT 100

-- name: open_of_matter
SELECT id, public_id FROM notice WHERE person = :person AND matter = :matter AND next_at IS NOT NULL ORDER BY id

-- name: end_by_row
UPDATE notice SET next_at = NULL, ended_at = :now, ended_why = :why, revision = revision + 1, lease_until = 0, owner = ''
WHERE id = :id AND next_at IS NOT NULL

-- name: nightly
SELECT day, person FROM nightly

-- name: set_nightly
UPDATE nightly SET day = :day, person = :person

-- name: end_done_with
UPDATE notice SET next_at = NULL, ended_at = :now, ended_why = 'done', revision = revision + 1, lease_until = 0, owner = ''
WHERE person = :person AND matter IN (:draft, :register) AND next_at IS NOT NULL
RETURNING id

-- name: look_again_at
UPDATE notice SET next_at = :now, revision = revision + 1, lease_until = 0, owner = '' WHERE id = :id AND next_at IS NOT NULL
