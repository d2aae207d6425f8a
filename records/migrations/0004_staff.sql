-- Who may do what at this kiosk. Name, role and the verifier of the PIN are
-- sealed; a badge is known by a keyed token alone.
CREATE TABLE staff (
  id     INTEGER PRIMARY KEY,
  uuid   BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
  badge  BLOB UNIQUE CHECK (length(badge) = 16), -- NULL for one that is disabled
  rev    INTEGER NOT NULL CHECK (rev > 0),
  salt   BLOB,
  alg    INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  failed INTEGER NOT NULL DEFAULT 0, -- attempts since the last right one
  wait   INTEGER NOT NULL DEFAULT 0, -- milliseconds, from since on
  since  INTEGER NOT NULL DEFAULT 0  -- milliseconds since the machine was started
) STRICT;

-- Failed attempts at this kiosk, whatever the account.
CREATE TABLE station (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  debt  INTEGER NOT NULL, -- milliseconds until they are forgotten
  since INTEGER NOT NULL  -- milliseconds since the machine was started
) STRICT;
