-- A keyed mark over what gives power in a row. Rows that are here now are marked in the same step, with the key.
ALTER TABLE session ADD COLUMN mac BLOB NOT NULL DEFAULT x'';
ALTER TABLE passkey ADD COLUMN mac BLOB NOT NULL DEFAULT x'';
ALTER TABLE activation ADD COLUMN mac BLOB NOT NULL DEFAULT x'';
