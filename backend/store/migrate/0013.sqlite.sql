-- A word to everybody, or to those with some postcodes: one row, from which notices are made bit by bit. `texts` is what the
-- operator wrote, language by language; nothing in it is personal. `person` is how far it has come.
CREATE TABLE campaign (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE,
  texts TEXT NOT NULL,
  postcodes TEXT NOT NULL,
  last_day TEXT NOT NULL,
  per_hour INTEGER NOT NULL,
  state TEXT NOT NULL,
  person INTEGER NOT NULL DEFAULT 0,
  made INTEGER NOT NULL DEFAULT 0,
  made_at INTEGER NOT NULL,
  spread_at INTEGER NOT NULL
) STRICT;

-- Since when a person wants to be told again: "Remind me tomorrow".
ALTER TABLE notice ADD COLUMN again_at INTEGER;
