-- A keyed mark over what gives power in the person register: which number is whose, who is whose relative, and as whom a visitor
-- of a demo may sign in. `cpr_key` and `relative_key` say under which key of ours the number was hashed, so that it is known when
-- an older one may be taken away. Rows that are here now are marked in the same step, with the keys.
ALTER TABLE person ADD COLUMN mac BLOB NOT NULL DEFAULT x'';
ALTER TABLE person ADD COLUMN cpr_key TEXT NOT NULL DEFAULT '';
ALTER TABLE family ADD COLUMN mac BLOB NOT NULL DEFAULT x'';
ALTER TABLE family ADD COLUMN relative_key TEXT NOT NULL DEFAULT '';
ALTER TABLE persona ADD COLUMN mac BLOB NOT NULL DEFAULT x'';
