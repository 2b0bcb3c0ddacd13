-- name: add_mailing
INSERT INTO mailing (public_id, letter, audience, state, starts_at, total, last, made_by, made_at, changed_at, name, content, digest, to_do)
VALUES (:public_id, :letter_row, :audience, :state, :starts_at, :total, :last, :made_by, :now, :now, :name, :content, :digest, :to_do)
ON CONFLICT (name, digest) WHERE name <> '' DO NOTHING
RETURNING id

-- name: add_telling
INSERT INTO campaign (public_id, texts, postcodes, last_day, per_hour, state, made_at, spread_at, mailing)
VALUES (:public_id, '{}', '', '9999-12-31', :per_hour, 'running', :now, :starts_at, :mailing)

-- name: letter_under_name
SELECT letter, content FROM mailing WHERE name = :name ORDER BY id LIMIT 1

-- name: mailing_of_name
SELECT m.id, m.public_id, m.letter, l.public_id, m.audience, m.state, m.starts_at, m.total, m.cursor, m.last, m.to_mailbox, m.to_paper, m.refused,
  m.made_by, m.made_at, m.to_do
FROM mailing AS m JOIN letter AS l ON l.id = m.letter WHERE m.name = :name AND m.digest = :digest

-- name: mailing
SELECT m.id, m.public_id, m.letter, l.public_id, m.audience, m.state, m.starts_at, m.total, m.cursor, m.last, m.to_mailbox, m.to_paper, m.refused,
  m.made_by, m.made_at, m.to_do
FROM mailing AS m JOIN letter AS l ON l.id = m.letter WHERE m.public_id = :public_id

-- name: mailing_by_row
SELECT m.id, m.public_id, m.letter, l.public_id, m.audience, m.state, m.starts_at, m.total, m.cursor, m.last, m.to_mailbox, m.to_paper, m.refused,
  m.made_by, m.made_at, m.to_do
FROM mailing AS m JOIN letter AS l ON l.id = m.letter WHERE m.id = :id

-- name: mailings
SELECT m.id, m.public_id, m.letter, l.public_id, m.audience, m.state, m.starts_at, m.total, m.cursor, m.last, m.to_mailbox, m.to_paper, m.refused,
  m.made_by, m.made_at, m.to_do
FROM mailing AS m JOIN letter AS l ON l.id = m.letter ORDER BY m.id

-- name: mailings_due
SELECT m.id, m.public_id, m.letter, l.public_id, m.audience, m.state, m.starts_at, m.total, m.cursor, m.last, m.to_mailbox, m.to_paper, m.refused,
  m.made_by, m.made_at, m.to_do
FROM mailing AS m JOIN letter AS l ON l.id = m.letter WHERE m.state = 'running' AND m.starts_at <= :now ORDER BY m.id

-- name: letter_to_many
SELECT public_id, kek_id, wrapped_key, sealed FROM letter WHERE id = :letter AND wrapped_key IS NOT NULL

-- name: last_registered
SELECT person FROM register ORDER BY person DESC LIMIT 1

-- name: count_registered
SELECT count(*) FROM register WHERE person > :after AND person <= :upto

-- name: recipient_by_mac
SELECT p.id, p.public_id, p.kek_id, p.wrapped_key, p.cpr_mac, p.mac, p.language, r.status, coalesce(c.is_paper, 0)
FROM person AS p JOIN register AS r ON r.person = p.id LEFT JOIN contact AS c ON c.person = p.id WHERE p.cpr_mac = :cpr_mac

-- name: take_in
UPDATE mailing SET cursor = :upto, last = :upto, total = total + :lines, changed_at = :now
WHERE id = :id AND state = 'filling' AND cursor = :before
RETURNING id

-- name: add_line
INSERT INTO mailing_line (mailing, line, person, outcome, merged) VALUES (:mailing, :number, :person, :outcome, :merged)
ON CONFLICT DO NOTHING

-- name: add_line_twice
INSERT INTO mailing_line (mailing, line, outcome) VALUES (:mailing, :number, 'twice') ON CONFLICT (mailing, line) DO NOTHING

-- name: count_unready
SELECT count(*) FROM mailing_line WHERE mailing = :mailing AND line > :after AND line <= :upto AND outcome <> 'ready'

-- name: add_refused
UPDATE mailing SET refused = refused + :refused WHERE id = :id

-- name: begin_mailing
UPDATE mailing SET state = 'running', cursor = 0, changed_at = :now WHERE id = :id AND state = 'filling'
RETURNING id

-- name: set_mailing_state
UPDATE mailing SET state = :state, changed_at = :now
WHERE public_id = :public_id AND (
  (state = 'running' AND :state = 'paused') OR (state = 'paused' AND :state = 'running')
  OR (state IN ('filling', 'running', 'paused') AND :state = 'cancelled')
)
RETURNING id

-- name: set_telling_state
UPDATE campaign SET state = :state, spread_at = :now WHERE mailing = :mailing AND state IN ('running', 'paused')

-- name: take_turn
UPDATE mailing SET cursor = :upto, changed_at = :now WHERE id = :id AND state = 'running' AND cursor = :before AND (SELECT l.withdrawn_at FROM letter AS l WHERE l.id = mailing.letter) IS NULL
RETURNING id

-- name: cancel_withdrawn
UPDATE mailing SET state = 'cancelled', changed_at = :now
WHERE id = :id AND state = 'running' AND (SELECT l.withdrawn_at FROM letter AS l WHERE l.id = mailing.letter) IS NOT NULL

-- name: on_paper_between
SELECT c.person FROM contact AS c JOIN register AS r ON r.person = c.person
WHERE c.person > :after AND c.person <= :upto AND c.is_paper = 1 AND r.status = ''

-- name: count_on_paper
SELECT count(*) FROM contact AS c JOIN register AS r ON r.person = c.person
WHERE c.person > :after AND c.person <= :upto AND c.is_paper = 1 AND r.status = ''

-- name: on_paper_of_lines
SELECT c.person FROM mailing_line AS l JOIN contact AS c ON c.person = l.person
WHERE l.mailing = :mailing AND l.line > :after AND l.line <= :upto AND l.outcome = 'ready' AND c.is_paper = 1

-- name: place_all
INSERT INTO mailbox (person, letter, available_at, to_do)
SELECT r.person, cast(:letter as bigint), cast(:now as bigint), cast(:to_do as bigint) FROM register AS r WHERE r.person > :after AND r.person <= :upto AND r.status = ''
ON CONFLICT (person, letter) DO NOTHING

-- name: refuse_erased
UPDATE mailing_line SET outcome = 'erased'
WHERE mailing = :mailing AND line > :after AND line <= :upto AND outcome = 'ready' AND person IS NULL

-- name: refuse_by_register
UPDATE mailing_line SET outcome = r.status, merged = NULL FROM register AS r
WHERE r.person = mailing_line.person AND r.status <> '' AND mailing_line.mailing = :mailing AND mailing_line.line > :after
  AND mailing_line.line <= :upto AND mailing_line.outcome = 'ready'

-- name: refuse_already
UPDATE mailing_line SET outcome = 'already', merged = NULL
WHERE mailing = :mailing AND line > :after AND line <= :upto AND outcome = 'ready'
  AND EXISTS (SELECT 1 FROM mailbox AS m WHERE m.person = mailing_line.person AND m.letter = :letter)

-- name: place_lines
INSERT INTO mailbox (person, letter, available_at, to_do, merged)
SELECT l.person, cast(:letter as bigint), cast(:now as bigint), cast(:to_do as bigint), l.merged FROM mailing_line AS l
WHERE l.mailing = :mailing AND l.line > :after AND l.line <= :upto AND l.outcome = 'ready'
ON CONFLICT (person, letter) DO NOTHING

-- name: print_one
INSERT INTO print_job (person, letter, public_id, state, merged, not_before, made_at, changed_at)
SELECT m.person, m.letter, cast(:public_id as text), 'waiting', m.merged, m.available_at, m.available_at, m.available_at
FROM mailbox AS m
WHERE m.person = :person AND m.letter = :letter AND m.available_at = :now
ON CONFLICT (person, letter) DO NOTHING

-- name: print_new
INSERT INTO print_job (person, letter, public_id, state, not_before, made_at, changed_at)
VALUES (:person, :letter, :public_id, 'waiting', :now, :now, :now) ON CONFLICT (person, letter) DO NOTHING

-- name: drop_unplaced
DELETE FROM print_job WHERE letter = :letter AND person > :after AND person <= :upto AND made_at = :now
  AND NOT EXISTS (SELECT 1 FROM mailbox AS m WHERE m.person = print_job.person AND m.letter = :letter AND m.available_at = :now)

-- name: paper_lines
UPDATE mailing_line SET outcome = 'paper', merged = NULL
WHERE mailing = :mailing AND line > :after AND line <= :upto AND outcome = 'ready'
  AND EXISTS (SELECT 1 FROM print_job AS j WHERE j.person = mailing_line.person AND j.letter = :letter)

-- name: mailbox_lines
UPDATE mailing_line SET outcome = 'mailbox', merged = NULL WHERE mailing = :mailing AND line > :after AND line <= :upto AND outcome = 'ready'

-- name: add_counts
UPDATE mailing SET to_mailbox = to_mailbox + :to_mailbox, to_paper = to_paper + :to_paper, refused = refused + :refused WHERE id = :id

-- name: finish
UPDATE mailing SET state = 'done' WHERE id = :id

-- name: lines_after
SELECT l.line, l.outcome, coalesce(p.public_id, '') FROM mailing_line AS l LEFT JOIN person AS p ON p.id = l.person
WHERE l.mailing = :mailing AND l.line > :after ORDER BY l.line LIMIT :most

-- name: registered_after
SELECT r.person, CASE WHEN j.person IS NOT NULL THEN 'paper' WHEN m.person IS NOT NULL THEN 'mailbox' WHEN r.status <> '' THEN r.status ELSE 'ready' END,
  p.public_id
FROM register AS r JOIN person AS p ON p.id = r.person
LEFT JOIN mailbox AS m ON m.person = r.person AND m.letter = :letter
LEFT JOIN print_job AS j ON j.person = r.person AND j.letter = :letter
WHERE r.person > :after AND r.person <= :last ORDER BY r.person LIMIT :most

-- name: count_by_status
SELECT CASE WHEN status = '' THEN 'mailbox' ELSE status END, count(*) FROM register WHERE person > :after AND person <= :upto GROUP BY 1 ORDER BY 1

-- name: outcomes
SELECT outcome, count(*) FROM mailing_line WHERE mailing = :mailing GROUP BY outcome ORDER BY outcome

-- name: placed_between
SELECT m.person, m.person, j.person IS NOT NULL FROM register AS r JOIN mailbox AS m ON m.person = r.person AND m.letter = :letter
LEFT JOIN print_job AS j ON j.person = m.person AND j.letter = m.letter
WHERE r.person > :after AND r.person <= :upto ORDER BY m.person LIMIT :most

-- name: placed_lines
SELECT l.person, l.line, l.outcome = 'paper' FROM mailing_line AS l
WHERE l.mailing = :mailing AND l.line > :after AND l.line <= :upto AND l.outcome IN ('mailbox', 'paper') AND l.person IS NOT NULL
ORDER BY l.line LIMIT :most
