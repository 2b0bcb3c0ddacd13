-- Who works here. A staff member is a row of "person" too, with no number and nothing of the register: passkeys, codes and
-- sessions are made as for residents. `roles` and `services`: words with a comma between; services '' for all. `mac`: a keyed
-- mark over what gives power here.
CREATE TABLE staff (
  person INTEGER PRIMARY KEY REFERENCES person (id),
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  services TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT '',
  is_demo INTEGER NOT NULL DEFAULT 0,
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  mac BLOB NOT NULL
) STRICT;

-- What the authority does with a case. `revision` grows with every act of a caseworker: who judged an older one is told.
-- `opened_at` stays when it came in; `looked_at` is when a caseworker first opened it, 0 never: until then it can be withdrawn.
ALTER TABLE cases ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN assigned INTEGER REFERENCES staff (person);
ALTER TABLE cases ADD COLUMN due_on TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN looked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN decided_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cases_to_do ON cases (service, id) WHERE decided_at = 0;
CREATE INDEX cases_of_staff ON cases (assigned, id) WHERE decided_at = 0;

-- What happened to a case, in order. `kind` 'note' is for the desk's eyes; the others stand in the resident's timeline too.
CREATE TABLE case_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  case_id INTEGER NOT NULL REFERENCES cases (id),
  public_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  staff INTEGER REFERENCES staff (person),
  sealed BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX case_event_of_case ON case_event (case_id, id);

-- A letter's content, once. To one person: sealed with her key. To many: `person` NULL, sealed with a key of its own, wrapped here.
CREATE TABLE letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE,
  person INTEGER REFERENCES person (id),
  kek_id TEXT,
  wrapped_key BLOB,
  sender TEXT NOT NULL,
  case_id INTEGER REFERENCES cases (id),
  thread TEXT NOT NULL,
  sealed BLOB NOT NULL,
  sent_at INTEGER NOT NULL,
  withdrawn_at INTEGER
) STRICT;
CREATE INDEX letter_of_case ON letter (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX letter_of_person ON letter (person, id) WHERE person IS NOT NULL;
CREATE INDEX letter_of_thread ON letter (thread, id);

-- A letter in a mailbox. `available_at`: from when it counts as received, not shown before. `folder`: NULL in the inbox, 0 in
-- the archive, else one of her own. `merged`: what differs for this recipient, sealed with her key; NULL for nothing.
CREATE TABLE mailbox (
  person INTEGER NOT NULL REFERENCES person (id),
  letter INTEGER NOT NULL REFERENCES letter (id),
  available_at INTEGER NOT NULL,
  opened_at INTEGER,
  folder INTEGER,
  merged BLOB,
  PRIMARY KEY (person, letter)
) STRICT, WITHOUT ROWID;

CREATE TABLE folder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  sealed BLOB NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX folder_of_person ON folder (person, id);

-- What a resident writes to the authority: an answer to a letter, a question about a case, or a first word under a subject.
-- `opened_by` is the staff member who opened it first.
CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  idem TEXT NOT NULL,
  public_id TEXT NOT NULL UNIQUE,
  thread TEXT NOT NULL,
  letter INTEGER REFERENCES letter (id),
  case_id INTEGER REFERENCES cases (id),
  subject TEXT NOT NULL,
  sealed BLOB NOT NULL,
  sent_at INTEGER NOT NULL,
  opened_by INTEGER REFERENCES staff (person),
  opened_at INTEGER,
  done_at INTEGER,
  UNIQUE (person, idem)
) STRICT;
CREATE INDEX message_of_person ON message (person, id);
CREATE INDEX message_to_do ON message (subject, id) WHERE done_at IS NULL;
CREATE INDEX message_of_thread ON message (thread, id);
CREATE INDEX message_of_case ON message (case_id, id) WHERE case_id IS NOT NULL;
ALTER TABLE file ADD COLUMN message INTEGER REFERENCES message (id);
CREATE INDEX file_of_message ON file (message, id) WHERE message IS NOT NULL;
DROP INDEX file_loose;
CREATE INDEX file_loose ON file (added_at) WHERE case_id IS NULL AND message IS NULL;

-- A resident's own archive: the bytes lie in a content file, "name"; under which name she keeps it, and the key, are in "sealed".
CREATE TABLE paper (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  added_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE INDEX paper_of_person ON paper (person, id);

-- A letter to be printed for somebody who gets paper. `batch`: the file it left in.
CREATE TABLE print_job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  letter INTEGER NOT NULL REFERENCES letter (id),
  public_id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  batch TEXT NOT NULL DEFAULT '',
  merged BLOB,
  not_before INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (person, letter)
) STRICT;
CREATE INDEX print_job_to_do ON print_job (state, not_before, id);

-- One letter to a list, or to everybody: how far it has come, and what became of whom.
CREATE TABLE mailing (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE,
  letter INTEGER NOT NULL REFERENCES letter (id),
  audience TEXT NOT NULL,
  state TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  total INTEGER NOT NULL DEFAULT 0,
  cursor INTEGER NOT NULL DEFAULT 0,
  to_mailbox INTEGER NOT NULL DEFAULT 0,
  to_paper INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  made_by TEXT NOT NULL DEFAULT '',
  made_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mailing_line (
  mailing INTEGER NOT NULL REFERENCES mailing (id),
  line INTEGER NOT NULL,
  person INTEGER REFERENCES person (id),
  outcome TEXT NOT NULL,
  merged BLOB,
  PRIMARY KEY (mailing, line)
) STRICT, WITHOUT ROWID;

-- An authority or organisation that sends letters here. `kind` 'authority' or 'private': only the second can be switched off.
CREATE TABLE sender (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  key_mac BLOB UNIQUE,
  is_test INTEGER NOT NULL DEFAULT 0,
  per_minute INTEGER NOT NULL DEFAULT 60,
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  mac BLOB NOT NULL
) STRICT;

CREATE TABLE sender_off (
  person INTEGER NOT NULL REFERENCES person (id),
  sender TEXT NOT NULL,
  off_at INTEGER NOT NULL,
  PRIMARY KEY (person, sender)
) STRICT, WITHOUT ROWID;

-- What a sender's program asked for, so that asking again gives the same answer.
CREATE TABLE sender_request (
  sender TEXT NOT NULL,
  idem TEXT NOT NULL,
  body_mac BLOB NOT NULL,
  letter TEXT NOT NULL,
  state TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (sender, idem)
) STRICT, WITHOUT ROWID;
