-- name: add_letter
INSERT INTO letter (public_id, person, kek_id, wrapped_key, sender, case_id, thread, sealed, sent_at)
VALUES (:public_id, :person, NULL, NULL, :sender, :case_row, :thread, :sealed, :sent_at)
RETURNING id



-- name: add_shared_letter
INSERT INTO letter (public_id, person, kek_id, wrapped_key, sender, case_id, thread, sealed, sent_at)
VALUES (:public_id, NULL, :kek_id, :wrapped_key, :sender, NULL, :public_id, :sealed, :sent_at)
RETURNING id



-- name: add_to_mailbox
INSERT INTO mailbox (person, letter, available_at, merged, to_do) VALUES (:person, :letter, :available_at, :merged, :to_do)



-- name: add_print_job
INSERT INTO print_job (person, letter, public_id, state, merged, not_before, made_at, changed_at)
VALUES (:person, :letter, :print_id, 'waiting', :merged, :available_at, :sent_at, :sent_at)



-- name: letters_in_folder
SELECT l.id, l.public_id, l.thread, l.kek_id, l.wrapped_key, l.sealed, m.available_at, coalesce(m.opened_at, 0), coalesce(m.folder, -1),
  m.merged, m.to_do
FROM (
  SELECT letter, available_at, opened_at, folder, merged, to_do FROM mailbox
  WHERE person = :person AND available_at <= :now AND coalesce(folder, -1) = :folder
    AND (available_at < :before_at OR (available_at = :before_at AND letter < :before))
  ORDER BY available_at DESC, letter DESC LIMIT :most
) AS m JOIN letter AS l ON l.id = m.letter
ORDER BY m.available_at DESC, l.id DESC



-- name: place_in_mailbox
SELECT m.available_at, m.letter FROM mailbox AS m JOIN letter AS l ON l.id = m.letter
WHERE m.person = :person AND l.public_id = :public_id



-- name: letter_of_person
SELECT l.id, l.public_id, l.thread, l.kek_id, l.wrapped_key, l.sealed, m.available_at, coalesce(m.opened_at, 0), coalesce(m.folder, -1),
  m.merged, m.to_do
FROM letter AS l JOIN mailbox AS m ON m.letter = l.id
WHERE l.public_id = :public_id AND m.person = :person AND m.available_at <= :now



-- name: letters_of_case
SELECT l.id, l.public_id, l.thread, l.kek_id, l.wrapped_key, l.sealed, m.available_at, coalesce(m.opened_at, 0), coalesce(m.folder, -1),
  m.merged, m.to_do
FROM cases AS c JOIN letter AS l ON l.case_id = c.id JOIN mailbox AS m ON m.letter = l.id
WHERE c.public_id = :case AND c.person = :person AND m.person = :person AND m.available_at <= :now
ORDER BY m.available_at, l.id



-- name: letters_of_thread
SELECT l.id, l.public_id, l.thread, l.kek_id, l.wrapped_key, l.sealed, m.available_at, coalesce(m.opened_at, 0), coalesce(m.folder, -1),
  m.merged, m.to_do
FROM letter AS l JOIN mailbox AS m ON m.letter = l.id
WHERE l.thread = :thread AND m.person = :person AND m.available_at <= :now
ORDER BY m.available_at, l.id



-- name: letters_to_do
SELECT l.id, l.public_id, l.thread, l.kek_id, l.wrapped_key, l.sealed, m.available_at, coalesce(m.opened_at, 0), coalesce(m.folder, -1),
  m.merged, m.to_do
FROM mailbox AS m JOIN letter AS l ON l.id = m.letter
WHERE m.person = :person AND m.available_at <= :now AND m.to_do <> 0
ORDER BY m.available_at DESC, l.id DESC



-- name: letters_unread
SELECT l.id, l.public_id, l.thread, l.kek_id, l.wrapped_key, l.sealed, m.available_at, coalesce(m.opened_at, 0), coalesce(m.folder, -1),
  m.merged, m.to_do
FROM (
  SELECT letter, available_at, opened_at, folder, merged, to_do FROM mailbox
  WHERE person = :person AND available_at <= :now AND opened_at IS NULL
  ORDER BY available_at DESC, letter DESC LIMIT :most
) AS m JOIN letter AS l ON l.id = m.letter
ORDER BY m.available_at DESC, l.id DESC



-- name: count_unread
SELECT count(*) FROM mailbox WHERE person = :person AND available_at <= :now AND opened_at IS NULL



-- name: open_letter
UPDATE mailbox SET opened_at = coalesce(opened_at, :now) WHERE person = :person AND letter = :letter



-- name: set_to_do
UPDATE mailbox SET to_do = :to_do WHERE person = :person AND letter = :letter



-- name: withdraw_letter
UPDATE letter SET withdrawn_at = :now
WHERE public_id = :public_id AND person IS NOT NULL AND withdrawn_at IS NULL
  AND EXISTS (SELECT 1 FROM mailbox AS m WHERE m.letter = letter.id AND m.available_at > :now)
RETURNING id, person



-- name: take_out_of_mailbox
DELETE FROM mailbox WHERE person = :person AND letter = :letter



-- name: drop_print_job
DELETE FROM print_job WHERE person = :person AND letter = :letter AND state = 'waiting'



-- name: letters_of_person
SELECT l.id, l.public_id, l.thread, l.kek_id, l.wrapped_key, l.sealed, m.available_at, coalesce(m.opened_at, 0), coalesce(m.folder, -1),
  m.merged, m.to_do
FROM mailbox AS m JOIN letter AS l ON l.id = m.letter
WHERE m.person = :person AND m.available_at <= :now
ORDER BY m.available_at DESC, l.id DESC



-- name: move_letter
UPDATE mailbox SET folder = nullif(:folder, -1) WHERE person = :person AND letter = :letter
