-- name: add_persona
INSERT INTO persona (person, place, about, mac) SELECT id, :place, :about, :mac FROM person WHERE public_id = :public_id
ON CONFLICT (person) DO NOTHING

-- name: personas
SELECT person.id, person.public_id, person.kek_id, person.wrapped_key, person.sealed, few.about, few.place, few.mac
FROM (SELECT person, place, about, mac FROM persona ORDER BY place, person LIMIT 100) few JOIN person ON person.id = few.person
WHERE person.sealed IS NOT NULL AND person.wrapped_key IS NOT NULL ORDER BY few.place

-- name: persona
SELECT person.public_id, persona.place, persona.about, persona.mac
FROM persona JOIN person ON person.id = persona.person WHERE person.public_id = :public_id

-- name: people_and_personas
SELECT (SELECT count(*) FROM register), (SELECT count(*) FROM persona)
