-- Answers that are being corrected: the draft, by the keyed hash of its id, and the case whose content it becomes when it is sent.
-- `replaced`: the submission that stood before, once it was; it stays.
CREATE TABLE correction (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  case_id INTEGER NOT NULL REFERENCES cases (id),
  idem TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  replaced INTEGER UNIQUE REFERENCES submission (id),
  UNIQUE (person, idem)
) STRICT;
CREATE INDEX correction_of_case ON correction (case_id);
