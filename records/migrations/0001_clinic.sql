-- The first schema. Everything that says who or what is inside a sealed
-- column, written and read by one sealer whose number is kept in alg; outside
-- are only random ids, days, states, counts and look-up tokens.

CREATE TABLE patient (
  id     INTEGER PRIMARY KEY,
  uuid   BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
  rev    INTEGER NOT NULL CHECK (rev > 0),
  alg    INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

-- What a patient's record said before a correction.
CREATE TABLE patient_rev (
  patient INTEGER NOT NULL REFERENCES patient (id),
  rev     INTEGER NOT NULL,
  alg     INTEGER NOT NULL,
  sealed  BLOB NOT NULL,
  PRIMARY KEY (patient, rev)
) STRICT, WITHOUT ROWID;

-- Exact look-up of a patient: kind 1 is name and birth date, 2 an identifier.
CREATE TABLE patient_token (
  kind    INTEGER NOT NULL,
  token   BLOB NOT NULL CHECK (length(token) = 16),
  patient INTEGER NOT NULL REFERENCES patient (id),
  PRIMARY KEY (kind, token, patient)
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_token_patient ON patient_token (patient);

-- Instruments are no secret, and are looked up by what is written on them.
CREATE TABLE device (
  id       INTEGER PRIMARY KEY,
  uuid     BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
  maker    TEXT NOT NULL,
  model    TEXT NOT NULL,
  serial   TEXT NOT NULL,
  cable    TEXT NOT NULL, -- the adapter's serial where the instrument has none, or ''
  firmware TEXT NOT NULL,
  adapter  TEXT NOT NULL,
  UNIQUE (maker, model, serial, cable)
) STRICT;

CREATE TABLE encounter (
  id      INTEGER PRIMARY KEY,
  uuid    BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
  patient INTEGER REFERENCES patient (id), -- NULL for a guest
  day     INTEGER NOT NULL,                -- of the start, UTC, since 1970-01-01; the time is sealed
  state   INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
  rev     INTEGER NOT NULL CHECK (rev > 0),
  alg     INTEGER NOT NULL,
  sealed  BLOB NOT NULL
) STRICT;
CREATE INDEX encounter_patient ON encounter (patient, day);
CREATE INDEX encounter_day ON encounter (day);

-- A correction never overwrites: the earlier revisions, as they were.
CREATE TABLE encounter_rev (
  encounter INTEGER NOT NULL REFERENCES encounter (id),
  rev       INTEGER NOT NULL,
  patient   INTEGER REFERENCES patient (id),
  day       INTEGER NOT NULL,
  state     INTEGER NOT NULL,
  alg       INTEGER NOT NULL,
  sealed    BLOB NOT NULL,
  PRIMARY KEY (encounter, rev)
) STRICT;

-- In which encounter an observation is.
CREATE TABLE observation (
  uuid      BLOB NOT NULL PRIMARY KEY CHECK (length(uuid) = 16),
  encounter INTEGER NOT NULL REFERENCES encounter (id)
) STRICT, WITHOUT ROWID;

-- The wire's own bytes that came new with a revision.
CREATE TABLE capture (
  encounter INTEGER NOT NULL REFERENCES encounter (id),
  rev       INTEGER NOT NULL,
  alg       INTEGER NOT NULL,
  sealed    BLOB NOT NULL,
  PRIMARY KEY (encounter, rev)
) STRICT;

-- Results that came out of an instrument's memory, to know them again.
CREATE TABLE result_token (
  token     BLOB NOT NULL PRIMARY KEY CHECK (length(token) = 16),
  encounter INTEGER NOT NULL REFERENCES encounter (id)
) STRICT, WITHOUT ROWID;

-- What must still reach a server: one entry for each revision.
CREATE TABLE outbox (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,
  idem      BLOB NOT NULL CHECK (length(idem) = 16), -- made of the encounter's uuid and rev
  stream    INTEGER NOT NULL, -- patient, or minus the encounter for a guest
  encounter INTEGER NOT NULL REFERENCES encounter (id),
  rev       INTEGER NOT NULL,
  state     INTEGER NOT NULL, -- 0 pending, 1 in flight, 2 done, 3 dead, 4 held for consent
  attempts  INTEGER NOT NULL DEFAULT 0,
  created   INTEGER NOT NULL,           -- Unix milliseconds, as are the next three
  next_at   INTEGER NOT NULL DEFAULT 0,
  done_at   INTEGER,
  claimed   INTEGER,                    -- boot that has it in flight
  last_code INTEGER,
  receipt   BLOB,
  UNIQUE (encounter, rev)
) STRICT;
CREATE INDEX outbox_due ON outbox (state, next_at) WHERE state < 2;
CREATE INDEX outbox_stream ON outbox (stream, seq) WHERE state < 2;

-- hash = SHA-256(hash before || seq || at || mono || boot || alg || body)
CREATE TABLE audit (
  seq  INTEGER PRIMARY KEY,
  at   INTEGER NOT NULL, -- Unix milliseconds
  mono INTEGER NOT NULL, -- milliseconds since the program opened the file
  boot INTEGER NOT NULL, -- counts the programs that wrote here
  alg  INTEGER NOT NULL,
  body BLOB NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
-- A seat belt; the chain is what shows a change.
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
  BEGIN SELECT raise(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  BEGIN SELECT raise(ABORT, 'audit entries are never deleted'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
  WHEN EXISTS (SELECT 1 FROM audit WHERE seq >= NEW.seq)
  BEGIN SELECT raise(ABORT, 'audit entries are only appended'); END;
