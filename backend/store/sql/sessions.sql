-- name: add_session
INSERT INTO session (person, public_id, token_mac, role, device, began_at, seen_at, ends_at, strong_at, uptime_at, mac, kek_id, wrapped_key)
SELECT id, :public_id, :token_mac, :role, :device, cast(:began_at as bigint), cast(:began_at as bigint),
  cast(:ends_at as bigint), cast(:strong_at as bigint), (SELECT ms FROM uptime), :mac, cast(:kek_id as text), :wrapped_key
FROM person WHERE public_id = :person AND wrapped_key IS NOT NULL
RETURNING id

-- name: session_by_token
SELECT session.public_id, person.public_id, session.role, session.device,
  session.began_at, session.seen_at, session.ends_at, session.strong_at,
  session.token_mac, session.mac
FROM session JOIN person ON person.id = session.person
WHERE session.token_mac = :token_mac AND person.wrapped_key IS NOT NULL

-- name: sessions_of_person
SELECT session.public_id, person.public_id, session.role, session.device,
  session.began_at, session.seen_at, session.ends_at, session.strong_at,
  session.token_mac, session.mac
FROM session JOIN person ON person.id = session.person
WHERE person.public_id = :person AND session.role <> 'guest'
ORDER BY session.seen_at DESC, session.id DESC

-- name: see_session
UPDATE session SET seen_at = :seen_at, uptime_at = (SELECT ms FROM uptime) WHERE public_id = :public_id AND seen_at < :seen_at

-- name: end_session
DELETE FROM session WHERE public_id = :public_id

-- name: end_session_of_person
DELETE FROM session WHERE public_id = :public_id AND person = (SELECT id FROM person WHERE public_id = :person)
RETURNING public_id

-- name: end_old_sessions
DELETE FROM session
WHERE (ends_at <= :now OR (role = 'guest' AND seen_at <= :guest_idle_since) OR (role <> 'guest' AND seen_at <= :idle_since))
  AND uptime_at + :kept <= (SELECT ms FROM uptime)

-- name: last_seen
SELECT seen_at FROM session ORDER BY seen_at DESC, public_id LIMIT 1

-- name: all_sessions
SELECT session.public_id, person.public_id, session.role, session.device,
  session.began_at, session.seen_at, session.ends_at, session.strong_at, session.token_mac, session.mac
FROM session JOIN person ON person.id = session.person

-- name: sign_session
UPDATE session SET mac = :mac WHERE public_id = :public_id
