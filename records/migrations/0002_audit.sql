-- The end of the audit chain, signed with this kiosk's own key, so that entries
-- cut off the end are missed.

-- Secrets of this kiosk: 1 signs the audit trail.
CREATE TABLE secret (
  id     INTEGER PRIMARY KEY,
  alg    INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE audit_head (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  seq  INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  sig  BLOB NOT NULL CHECK (length(sig) = 64)
) STRICT;
