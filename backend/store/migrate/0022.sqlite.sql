-- Who gets letters on paper too stands in clear beside the sealed wish: a letter to a whole town asks it of everybody, and what is
-- printed for whom tells it anyway (print_job). Rows of before are filled in by a step that has the keys.
ALTER TABLE contact ADD COLUMN is_paper INTEGER NOT NULL DEFAULT 0;
CREATE INDEX contact_on_paper ON contact (person) WHERE is_paper = 1;
