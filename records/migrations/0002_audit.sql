-- The end of the audit chain, signed with this kiosk's own key, so that entries
-- cut off the end are missed.

-- Secrets of this kiosk, by name.
CREATE TABLE secret (
  name   TEXT PRIMARY KEY,
  alg    INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_head (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  seq  INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  sig  BLOB NOT NULL CHECK (length(sig) = 64)
) STRICT;
