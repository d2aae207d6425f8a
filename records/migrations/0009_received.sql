-- What came from a server: people known at the other kiosks of a chain.

-- Of whom a server has told. Rev is the revision of the patient that both agreed
-- on last, so that what either has changed since can be told apart; 0: none yet.
CREATE TABLE received (
  server  BLOB NOT NULL CHECK (length(server) = 16),
  patient BLOB NOT NULL CHECK (length(patient) = 16), -- uuid
  remote  TEXT NOT NULL, -- the id there
  version TEXT NOT NULL, -- the version there that was taken over
  rev     INTEGER NOT NULL,
  PRIMARY KEY (server, patient)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_remote ON received (server, remote);

-- Up to where a server has been read.
CREATE TABLE cursor (
  server BLOB NOT NULL CHECK (length(server) = 16),
  name   TEXT NOT NULL,
  value  TEXT NOT NULL,
  at     INTEGER NOT NULL, -- Unix milliseconds
  PRIMARY KEY (server, name)
) STRICT, WITHOUT ROWID;

-- Who was erased here must not come back from a server: random ids, nothing else.
CREATE TABLE gone (uuid BLOB NOT NULL PRIMARY KEY CHECK (length(uuid) = 16)) STRICT, WITHOUT ROWID;
CREATE TRIGGER patient_gone AFTER DELETE ON patient
  BEGIN INSERT INTO gone (uuid) VALUES (OLD.uuid) ON CONFLICT DO NOTHING; END;
