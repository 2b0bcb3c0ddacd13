-- A keyed hash of the answers as they came, so that a retry is known before anything is judged. NULL: received before this.
ALTER TABLE submission ADD COLUMN sent_mac BLOB;
