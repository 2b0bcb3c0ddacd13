-- A guest's session has a data key of its own, wrapped as a person's is: what is begun in it opens with nothing else, and
-- never again once the session has ended. Ids that open something by themselves (a draft's, a submission's key) become keyed
-- hashes, and seals name whose row and which case they are for: done in the same step, with the keys.
ALTER TABLE session ADD COLUMN kek_id TEXT;
ALTER TABLE session ADD COLUMN wrapped_key BLOB;
