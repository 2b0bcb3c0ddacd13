-- How long the server had run when a paper was deleted: by this, never by what a clock says, it is gone for good a week later.
ALTER TABLE paper ADD COLUMN removed_uptime INTEGER;
CREATE INDEX paper_removed ON paper (removed_uptime) WHERE removed_uptime IS NOT NULL;
