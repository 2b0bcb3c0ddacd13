-- What became of a message: who answered it, or found nothing to answer. `answer`: the letter, by its public id; '' for none.
ALTER TABLE message ADD COLUMN done_by INTEGER REFERENCES staff (person);
ALTER TABLE message ADD COLUMN answer TEXT NOT NULL DEFAULT '';
