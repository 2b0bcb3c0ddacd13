-- Bytes of all guests' drafts together, kept by triggers: right whichever way a draft comes or goes, and read as one row.
CREATE TABLE guest_drafts (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO guest_drafts (id, bytes) SELECT 1, coalesce(sum(length(d.sealed)), 0) FROM draft AS d WHERE d.owner <> '';
CREATE TRIGGER guest_draft_added AFTER INSERT ON draft WHEN NEW.owner <> '' BEGIN
  UPDATE guest_drafts SET bytes = bytes + length(NEW.sealed);
END;
CREATE TRIGGER guest_draft_removed AFTER DELETE ON draft WHEN OLD.owner <> '' BEGIN
  UPDATE guest_drafts SET bytes = bytes - length(OLD.sealed);
END;
CREATE TRIGGER guest_draft_changed AFTER UPDATE OF owner, sealed ON draft WHEN OLD.owner <> '' OR NEW.owner <> '' BEGIN
  UPDATE guest_drafts SET bytes = bytes
    - CASE WHEN OLD.owner <> '' THEN length(OLD.sealed) ELSE 0 END + CASE WHEN NEW.owner <> '' THEN length(NEW.sealed) ELSE 0 END;
END;
