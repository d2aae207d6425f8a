-- Calls for help, from when they are made until somebody has come. They name no
-- person who was measured.
CREATE TABLE call (
  id     INTEGER PRIMARY KEY,
  uuid   BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
  rev    INTEGER NOT NULL,
  state  INTEGER NOT NULL, -- 0 over, 1 open, 2 over and the visit in which it was made goes on
  seq    INTEGER UNIQUE,   -- of its last change, in which servers are told; NULL: they are told by the visit
  salt   BLOB,
  alg    INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX call_going ON call (id) WHERE state > 0;
