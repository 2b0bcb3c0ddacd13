-- name: shut_gates
SELECT origin, shut_until FROM origin_gate WHERE shut_until > :now ORDER BY origin

-- name: shut_gate
INSERT INTO origin_gate (origin, shut_until, why) VALUES (:origin, :until, :why)
ON CONFLICT (origin) DO UPDATE SET shut_until = excluded.shut_until, why = excluded.why
