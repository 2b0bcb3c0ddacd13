-- name: add_submission
INSERT INTO submission (person, idem, public_id, service, version, body_mac, sent_mac, sealed, receipt, received_at)
VALUES (:person, :idem, :public_id, :service, :version, :body_mac, :sent_mac, :sealed, '', :now)
ON CONFLICT (person, idem) DO NOTHING
RETURNING id

-- name: add_case
INSERT INTO cases (person, submission, public_id, number, service, status, opened_at, due_on)
VALUES (:person, :submission, :case_id, :number, :service, 'received', :now, :due_on)
ON CONFLICT (number) DO NOTHING
RETURNING id

-- name: submission_by_key
SELECT s.public_id, s.idem, s.service, s.version, s.body_mac, s.sent_mac, s.sealed, c.id, c.public_id, c.number
FROM submission AS s JOIN cases AS c ON c.id = coalesce(
  (SELECT r.case_id FROM correction AS r WHERE r.replaced = s.id), (SELECT o.id FROM cases AS o WHERE o.submission = s.id))
WHERE s.person = :person AND s.idem = :idem

-- name: with_receipt_in_clear
SELECT s.id, s.public_id, s.idem, s.sealed, s.receipt, p.id, p.public_id, p.kek_id, p.wrapped_key
FROM submission AS s JOIN person AS p ON p.id = s.person
WHERE s.receipt <> '' AND p.wrapped_key IS NOT NULL AND s.id > :after ORDER BY s.id LIMIT :most

-- name: seal_receipt
UPDATE submission SET sealed = :sealed, receipt = '' WHERE id = :id

-- name: clear_receipts_of_erased
UPDATE submission SET receipt = '', body_mac = x'', sent_mac = NULL
WHERE person IN (SELECT p.id FROM person AS p WHERE p.wrapped_key IS NULL)
  AND (receipt <> '' OR body_mac <> x'' OR sent_mac IS NOT NULL)
