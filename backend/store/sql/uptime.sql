-- name: add_uptime
UPDATE uptime SET ms = ms + :ms WHERE id = 1 RETURNING ms
