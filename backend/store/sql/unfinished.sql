-- name: drop
DELETE FROM draft WHERE person = :person AND owner = :owner

-- name: move_on
UPDATE draft SET owner = :now || substr(owner, 33)
WHERE person = :person AND owner > :first AND owner < :after
