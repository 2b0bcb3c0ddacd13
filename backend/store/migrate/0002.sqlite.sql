-- What the register file said of a person last, as a keyed hash, and which import saw the line last.
CREATE TABLE register (
  person INTEGER PRIMARY KEY REFERENCES person (id),
  line_mac BLOB NOT NULL,
  listed_at INTEGER NOT NULL
) STRICT;

-- "The partner (parent) of person is the one whose number has this keyed hash": that one may not be known yet.
CREATE TABLE family (
  person INTEGER NOT NULL REFERENCES person (id),
  kinship TEXT NOT NULL,
  relative_mac BLOB NOT NULL,
  PRIMARY KEY (person, kinship, relative_mac)
) STRICT, WITHOUT ROWID;
CREATE INDEX family_of_relative ON family (relative_mac, kinship, person);

-- The cookie's token is stored as a keyed hash. A guest's session belongs to the fixed person "nobody".
CREATE TABLE session (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  token_mac BLOB NOT NULL UNIQUE,
  role TEXT NOT NULL,
  device TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  strong_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_of_person ON session (person, id);
CREATE INDEX session_by_end ON session (ends_at);
CREATE INDEX session_by_use ON session (seen_at);

CREATE TABLE passkey (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  credential BLOB NOT NULL UNIQUE,
  public_key BLOB NOT NULL,
  uses INTEGER NOT NULL,
  synced INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX passkey_of_person ON passkey (person, id);

-- One-time codes. code_mac finds the row, code_hash (Argon2id) proves the code even if the look-up key has leaked.
CREATE TABLE activation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  code_mac BLOB NOT NULL UNIQUE,
  code_hash TEXT NOT NULL,
  needs_born INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX activation_of_person ON activation (person, id);
CREATE INDEX activation_by_end ON activation (ends_at);

-- Made-up residents anyone may sign in as. Rows here are the stamp of a demo: "serve" refuses such a database.
CREATE TABLE persona (
  person INTEGER PRIMARY KEY REFERENCES person (id),
  place INTEGER NOT NULL,
  about TEXT NOT NULL
) STRICT;
