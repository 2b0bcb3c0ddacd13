-- Receipts lie sealed with what they are for. What is still in clear is found by this, and sealed at the next start.
CREATE INDEX submission_in_clear ON submission (id) WHERE receipt <> '';
