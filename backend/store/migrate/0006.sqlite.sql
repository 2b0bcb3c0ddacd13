-- How long servers have run on this data, all in all, by a clock that nobody can set. What is swept out by age is as old as this says.
CREATE TABLE uptime (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  ms INTEGER NOT NULL
) STRICT;
INSERT INTO uptime (id, ms) VALUES (1, 0);
-- The uptime when the row was written last. What stood here before counts as written now.
ALTER TABLE file ADD COLUMN uptime_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN uptime_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN uptime_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE activation ADD COLUMN uptime_at INTEGER NOT NULL DEFAULT 0;
