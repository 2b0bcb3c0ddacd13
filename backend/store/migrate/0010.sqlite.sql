-- Which key made the link; '' for those of before there was one. The step itself adds the first link that has one.
ALTER TABLE audit_link ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
