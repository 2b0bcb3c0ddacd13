-- On what a passkey was made ("iphone", "windows", …), so that its owner can tell hers apart.
ALTER TABLE passkey ADD COLUMN device TEXT NOT NULL DEFAULT '';
