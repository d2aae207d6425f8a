-- What became of the entries for a server.

-- Entries leave in the order in which they came.
CREATE INDEX outbox_order ON outbox (seq) WHERE state = 0;

-- What a server has proved to hold. Servers are told apart by 16 bytes of the
-- SHA-256 of their address.
CREATE TABLE receipt (
  server  BLOB NOT NULL CHECK (length(server) = 16),
  kind    TEXT NOT NULL, -- of the FHIR resource
  uuid    BLOB NOT NULL CHECK (length(uuid) = 16),
  remote  TEXT NOT NULL, -- its id there
  version TEXT NOT NULL, -- its version there
  hash    BLOB NOT NULL CHECK (length(hash) = 32), -- SHA-256 of it as it was sent
  theirs  INTEGER NOT NULL, -- 1: changed there by somebody else, whose word holds
  at      INTEGER NOT NULL, -- Unix milliseconds
  PRIMARY KEY (server, kind, uuid)
) STRICT, WITHOUT ROWID;

-- What was tried with an entry, in words that hold nothing about a person.
CREATE TABLE attempt (
  id  INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL REFERENCES outbox (seq),
  at  INTEGER NOT NULL, -- Unix milliseconds
  why TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_seq ON attempt (seq);

-- How it stands with each server, so that waiting survives a restart.
CREATE TABLE server (
  server   BLOB PRIMARY KEY CHECK (length(server) = 16),
  failures INTEGER NOT NULL, -- in a row
  next_at  INTEGER NOT NULL, -- Unix milliseconds: not to be asked before
  why      TEXT NOT NULL,    -- of the last failure; '' after a success
  good_at  INTEGER NOT NULL  -- of the last success
) STRICT, WITHOUT ROWID;
