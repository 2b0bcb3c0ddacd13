-- name: add_submission
INSERT INTO submission (person, idem, public_id, service, version, body_mac, sent_mac, sealed, receipt, received_at)
VALUES (:person, :idem, :public_id, :service, :version, :body_mac, :sent_mac, :sealed, :receipt, :now)
ON CONFLICT (person, idem) DO NOTHING
RETURNING id

-- name: add_case
INSERT INTO cases (person, submission, public_id, number, service, status, opened_at)
VALUES (:person, :submission, :case_id, :number, :service, 'received', :now)
ON CONFLICT (number) DO NOTHING
RETURNING id

-- name: submission_by_key
SELECT s.public_id, s.service, s.version, s.body_mac, s.sent_mac, s.sealed, s.receipt, c.id, c.public_id, c.number
FROM submission AS s JOIN cases AS c ON c.submission = s.id
WHERE s.person = :person AND s.idem = :idem
