-- When the server is asked next whether it still holds what it has proved to
-- hold: Unix milliseconds, of the newest revision that was delivered.
ALTER TABLE outbox ADD COLUMN check_at INTEGER;
UPDATE outbox SET check_at = coalesce(done_at, 0) WHERE state = 2
  AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.encounter = outbox.encounter AND l.rev > outbox.rev AND l.state = 2);
CREATE INDEX outbox_check ON outbox (check_at) WHERE check_at IS NOT NULL;
-- State 5: held, since nobody asked the person whether to share.
CREATE INDEX outbox_unasked ON outbox (seq) WHERE state = 5;

-- The visit that brought a receipt, so that what is erased here is known there.
ALTER TABLE receipt ADD COLUMN encounter INTEGER;
CREATE INDEX receipt_encounter ON receipt (encounter) WHERE encounter IS NOT NULL;

ALTER TABLE server ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0; -- Unix milliseconds
ALTER TABLE server ADD COLUMN lost INTEGER NOT NULL DEFAULT 0; -- visits that had to be sent again

-- What was erased here and a server still holds, without a word on whose it was.
CREATE TABLE erased (
  id      INTEGER PRIMARY KEY,
  server  BLOB NOT NULL CHECK (length(server) = 16),
  kind    TEXT NOT NULL, -- of the FHIR resource
  remote  TEXT NOT NULL, -- its id there
  at      INTEGER NOT NULL, -- Unix milliseconds
  why     TEXT NOT NULL DEFAULT '' -- it could not be taken away there
) STRICT;
