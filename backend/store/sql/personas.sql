-- name: add_persona
INSERT INTO persona (person, place, about) SELECT id, :place, :about FROM person WHERE cpr_mac = :cpr_mac
ON CONFLICT (person) DO NOTHING

-- name: personas
SELECT person.id, person.public_id, person.kek_id, person.wrapped_key, person.sealed, few.about
FROM (SELECT person, place, about FROM persona ORDER BY place, person LIMIT 100) few JOIN person ON person.id = few.person
WHERE person.sealed IS NOT NULL AND person.wrapped_key IS NOT NULL ORDER BY few.place

-- name: persona
SELECT persona.about FROM persona JOIN person ON person.id = persona.person WHERE person.public_id = :public_id

-- name: people_and_personas
SELECT (SELECT count(*) FROM register), (SELECT count(*) FROM persona)
