-- A letter to many is sent once under a name: `name` and `content` are keyed hashes (of the name, of the letter), `digest` names
-- the list. `to_do`: as in each mailbox row. `last` is where the walk ends: the last row of the register, or the last line of the list.
ALTER TABLE mailing ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE mailing ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE mailing ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE mailing ADD COLUMN to_do INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailing ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX mailing_once ON mailing (name, digest) WHERE name <> '';
CREATE UNIQUE INDEX mailing_line_of_person ON mailing_line (person, mailing) WHERE person IS NOT NULL;

-- Why nobody is to be written to, as the register says: 'dead', 'moved' (out of the country), 'missing'; '' for who lives here.
ALTER TABLE register ADD COLUMN status TEXT NOT NULL DEFAULT '';

-- That a letter has come is told to many as a campaign is, at its pace; `person` is then a row of the register or a line of the list.
ALTER TABLE campaign ADD COLUMN mailing INTEGER REFERENCES mailing (id);
