-- What all guests together have stored: not sent yet, and sent in the last day. Sums that look at the index only.
CREATE INDEX file_of_guests_loose ON file (owner, added_at, bytes) WHERE owner <> '' AND case_id IS NULL;
CREATE INDEX file_of_guests_sent ON file (added_at, bytes) WHERE owner <> '' AND case_id IS NOT NULL;
