-- name: print_counts
SELECT state, count(*) FROM print_job WHERE state <> 'waiting' OR not_before <= :now GROUP BY state ORDER BY state

-- name: print_jobs_in
SELECT j.public_id, j.state, j.batch, j.not_before, j.changed_at, l.sender
FROM print_job AS j JOIN letter AS l ON l.id = j.letter
WHERE j.state = :state AND j.not_before <= :now ORDER BY j.not_before, j.id LIMIT :most

-- name: print_batches
SELECT batch, state, count(*), max(changed_at) FROM print_job WHERE state IN ('taken', 'printed') AND changed_at >= :since
GROUP BY batch, state ORDER BY max(changed_at) DESC, batch

-- name: take_print_jobs
UPDATE print_job SET state = 'taken', batch = :batch, changed_at = :now
WHERE id IN (SELECT j.id FROM print_job AS j WHERE j.state = 'waiting' AND j.not_before <= :now ORDER BY j.not_before, j.id LIMIT :most)
RETURNING id

-- name: take_print_job
UPDATE print_job SET state = 'taken', batch = :batch, changed_at = :now
WHERE public_id = :public_id AND state IN ('waiting', 'returned', 'no-address') AND not_before <= :now
RETURNING id

-- name: print_batch
SELECT p.id, p.public_id, p.kek_id, p.wrapped_key, p.sealed, p.language, j.public_id, l.id, l.public_id, l.thread, l.kek_id, l.wrapped_key, l.sealed,
  j.not_before, j.merged
FROM print_job AS j JOIN letter AS l ON l.id = j.letter JOIN person AS p ON p.id = j.person
WHERE j.batch = :batch AND j.state IN ('taken', 'printed') ORDER BY j.not_before, j.id

-- name: end_print_batch
UPDATE print_job SET state = :state, batch = :kept, changed_at = :now WHERE batch = :batch AND state IN ('taken', 'printed')
RETURNING id

-- name: set_print_job
UPDATE print_job SET state = :state, changed_at = :now WHERE public_id = :public_id AND state IN ('taken', 'printed')
RETURNING (SELECT p.public_id FROM person AS p WHERE p.id = print_job.person)
