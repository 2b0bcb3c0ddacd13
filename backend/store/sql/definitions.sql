-- name: definition
SELECT definition FROM service_version WHERE service = :service AND version = :version

-- name: keep_definition
INSERT INTO service_version (service, version, definition, kept_at)
VALUES (:service, :version, :definition, :now)
ON CONFLICT (service, version) DO UPDATE SET definition = excluded.definition

-- name: all_definitions
SELECT service, version, definition FROM service_version ORDER BY service, version
