-- People. What lies in "sealed" columns opens only with the person's own key; times are ms since 1970.
CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE,
  kek_id TEXT,
  wrapped_key BLOB,
  cpr_mac BLOB UNIQUE,
  sealed BLOB,
  language TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  erased_at INTEGER
) STRICT;

-- A guest's draft belongs to the fixed person "nobody" and to the session in "owner"; else owner is ''.
CREATE TABLE draft (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  owner TEXT NOT NULL,
  service TEXT NOT NULL,
  public_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (person, owner, service)
) STRICT;
CREATE INDEX draft_by_age ON draft (updated_at);

-- person is NOT NULL: a NULL never conflicts, and a retry would be stored twice.
CREATE TABLE submission (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  idem TEXT NOT NULL,
  public_id TEXT NOT NULL UNIQUE,
  service TEXT NOT NULL,
  version INTEGER NOT NULL,
  body_mac BLOB NOT NULL,
  sealed BLOB NOT NULL,
  receipt TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  UNIQUE (person, idem)
) STRICT;

-- "case" is a word of SQL, so this table alone is plural.
CREATE TABLE cases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  submission INTEGER NOT NULL UNIQUE REFERENCES submission (id),
  public_id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL UNIQUE,
  service TEXT NOT NULL,
  status TEXT NOT NULL,
  opened_at INTEGER NOT NULL
) STRICT;
CREATE INDEX cases_of_person ON cases (person, id);

CREATE TABLE task (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  case_id INTEGER NOT NULL REFERENCES cases (id),
  public_id TEXT NOT NULL UNIQUE,
  task TEXT NOT NULL,
  who TEXT NOT NULL,
  sealed BLOB NOT NULL,
  opened_at INTEGER NOT NULL,
  done_at INTEGER
) STRICT;
CREATE INDEX task_of_person ON task (person, id);
CREATE INDEX task_of_case ON task (case_id, id);

-- starts_at is the local time on the wall, '2026-11-26T10:15'; a desk serves "places" people at once, seats 1, 2, ...
CREATE TABLE appointment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  case_id INTEGER NOT NULL REFERENCES cases (id),
  public_id TEXT NOT NULL UNIQUE,
  desk TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  seat INTEGER NOT NULL,
  booked_at INTEGER NOT NULL,
  UNIQUE (desk, starts_at, seat)
) STRICT;
CREATE INDEX appointment_of_person ON appointment (person, starts_at);
CREATE INDEX appointment_of_case ON appointment (case_id);

-- The fact to tell, written with the change itself; delivered later by whoever claims it.
CREATE TABLE notice (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  topic TEXT NOT NULL,
  ref TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  done_at INTEGER
) STRICT;
CREATE INDEX notice_due ON notice (due_at, id) WHERE done_at IS NULL;

-- Opaque ids only, so that erasing a person does not break the chain. Ordered by id, never by time.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  person TEXT NOT NULL,
  role TEXT NOT NULL,
  subject TEXT NOT NULL,
  verb TEXT NOT NULL,
  object TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_subject ON audit (subject, id);

CREATE TABLE audit_link (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  last INTEGER NOT NULL UNIQUE,
  hash BLOB NOT NULL
) STRICT;

-- The bytes lie in a content file of their own, "name", under a key that is in "sealed".
CREATE TABLE file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  owner TEXT NOT NULL,
  case_id INTEGER REFERENCES cases (id),
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX file_of_person ON file (person, owner, id);
CREATE INDEX file_of_case ON file (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX file_loose ON file (added_at) WHERE case_id IS NULL;

CREATE TABLE service_version (
  service TEXT NOT NULL,
  version INTEGER NOT NULL,
  definition TEXT NOT NULL,
  kept_at INTEGER NOT NULL,
  PRIMARY KEY (service, version)
) STRICT;

-- Written to find out whether the disk takes bytes again.
CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  filler BLOB NOT NULL
) STRICT;
