-- name: bytes_of_guest_drafts
SELECT bytes FROM guest_drafts
