-- A desk time can be moved and cancelled. Cancelled, its seat is -id: nobody's. sequence counts the changes, for calendars.
ALTER TABLE appointment ADD COLUMN service TEXT NOT NULL DEFAULT '';
ALTER TABLE appointment ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE appointment ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
UPDATE appointment SET changed_at = booked_at, service = (SELECT c.service FROM cases AS c WHERE c.id = appointment.case_id);
