-- name: request_of_key
SELECT sender, idem, body_mac, letter, state, via, is_legal, at, available_at, withdrawn_at FROM sender_request
WHERE sender = :sender AND idem = :idem

-- name: request_of_letter
SELECT sender, idem, body_mac, letter, state, via, is_legal, at, available_at, withdrawn_at FROM sender_request
WHERE letter = :letter AND sender = :sender

-- name: add_request
INSERT INTO sender_request (sender, idem, body_mac, letter, state, via, is_legal, at, available_at)
VALUES (:sender, :idem, :body_mac, :letter, :state, :via, :is_legal, :at, :available_at)

-- name: withdraw_request
UPDATE sender_request SET withdrawn_at = :now WHERE letter = :letter

-- What the machine asks itself: nobody is shown the answer.
-- name: is_off
SELECT 1 FROM sender_off WHERE person = :owner AND sender = :sender

-- name: opened_at
SELECT coalesce(max(m.opened_at), 0) FROM letter AS l JOIN mailbox AS m ON m.letter = l.id WHERE l.public_id = :letter
