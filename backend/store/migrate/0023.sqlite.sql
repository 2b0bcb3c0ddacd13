-- What became of a sender's letter, without a word of whose it is. `via`: 'mailbox' or 'paper'; '' where it reached nobody.
-- `is_legal`: the sender is told when it was opened.
ALTER TABLE sender_request ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE sender_request ADD COLUMN is_legal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sender_request ADD COLUMN available_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sender_request ADD COLUMN withdrawn_at INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX sender_request_of_letter ON sender_request (letter);
