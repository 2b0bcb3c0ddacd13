-- What the recipient still has to do: one bit for each action of the letter, in its order. 0 for nothing.
ALTER TABLE mailbox ADD COLUMN to_do INTEGER NOT NULL DEFAULT 0;
