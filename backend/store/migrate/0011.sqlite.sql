-- A notice is the fact to tell a resident, written with the change itself. `matter` is what it is about ("case/ID"), `rule` why
-- it is told, `occurrence` which time of several: together they make writing it twice harmless. `opens` and `last_day` are
-- the town's own days, `starts_at` its wall time, '' for none. `next_at` is when it is to be looked at again; NULL: it has ended, `ended_why`.
CREATE TABLE told (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  matter TEXT NOT NULL,
  rule TEXT NOT NULL DEFAULT '',
  occurrence TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT 'tell',
  weight TEXT NOT NULL DEFAULT 'light',
  shape TEXT NOT NULL DEFAULT '',
  service TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 0,
  opens TEXT NOT NULL DEFAULT '',
  last_day TEXT NOT NULL DEFAULT '',
  starts_at TEXT NOT NULL DEFAULT '',
  remind TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  next_at INTEGER,
  opened_at INTEGER,
  ended_at INTEGER,
  ended_why TEXT NOT NULL DEFAULT '',
  revision INTEGER NOT NULL DEFAULT 0,
  owner TEXT NOT NULL DEFAULT '',
  lease_until INTEGER NOT NULL DEFAULT 0,
  UNIQUE (person, matter, rule, occurrence)
) STRICT;
INSERT INTO told (id, person, public_id, matter, rule, created_at, ended_at, ended_why)
SELECT n.id, n.person, n.public_id, n.ref, n.topic, n.created_at, n.created_at, 'shown' FROM notice AS n;
DROP TABLE notice;
ALTER TABLE told RENAME TO notice;
CREATE INDEX notice_next ON notice (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX notice_of_person ON notice (person, id) WHERE next_at IS NOT NULL;

-- A rung is one try of one channel, for one person, telling one or several notices, each at one step of its plan, used once.
-- `next_at` NULL: nothing more to do. `counts`: it is her one reminder of the day.
CREATE TABLE rung (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  not_after INTEGER NOT NULL,
  next_at INTEGER,
  attempt INTEGER NOT NULL DEFAULT 0,
  counts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL,
  code TEXT NOT NULL DEFAULT '',
  ref TEXT NOT NULL DEFAULT '',
  owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL
) STRICT;
CREATE INDEX rung_next ON rung (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX rung_of_person ON rung (person, id);

CREATE TABLE rung_notice (
  rung INTEGER NOT NULL REFERENCES rung (id),
  notice INTEGER NOT NULL REFERENCES notice (id),
  step TEXT NOT NULL,
  PRIMARY KEY (rung, notice),
  UNIQUE (notice, step)
) STRICT, WITHOUT ROWID;

-- What a push service told of one phone. The token in the message proves this one delivery: a keyed hash of its id.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rung INTEGER NOT NULL REFERENCES rung (id),
  subscription INTEGER NOT NULL REFERENCES subscription (id),
  state TEXT NOT NULL DEFAULT 'due',
  code TEXT NOT NULL DEFAULT '',
  shown_at INTEGER,
  clicked_at INTEGER,
  UNIQUE (rung, subscription)
) STRICT;

-- A phone that takes messages. Address, keys, language and what its lock screen may show are sealed for the person.
CREATE TABLE subscription (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL REFERENCES person (id),
  public_id TEXT NOT NULL UNIQUE,
  endpoint_mac BLOB NOT NULL UNIQUE,
  origin TEXT NOT NULL,
  vapid TEXT NOT NULL,
  sealed BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  taken_at INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  ended_at INTEGER,
  ended_why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX subscription_of_person ON subscription (person, id) WHERE ended_at IS NULL;

-- How a person wants to be told, sealed.
CREATE TABLE contact (
  person INTEGER PRIMARY KEY REFERENCES person (id),
  sealed BLOB NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

-- How far the pass over all residents has come today.
CREATE TABLE nightly (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  day TEXT NOT NULL,
  person INTEGER NOT NULL
) STRICT;
INSERT INTO nightly (id, day, person) VALUES (1, '', 0);

-- A push service that asked us to wait.
CREATE TABLE origin_gate (
  origin TEXT PRIMARY KEY,
  shut_until INTEGER NOT NULL,
  why TEXT NOT NULL
) STRICT;
