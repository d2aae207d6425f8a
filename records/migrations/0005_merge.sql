-- Two records that are one person's. Neither is changed: while undone is 0 the
-- patient counts as the survivor.
CREATE TABLE patient_merge (
  id       INTEGER PRIMARY KEY,
  patient  INTEGER NOT NULL REFERENCES patient (id),
  survivor INTEGER NOT NULL REFERENCES patient (id),
  undone   INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
  CHECK (patient <> survivor)
) STRICT;
CREATE UNIQUE INDEX patient_merge_once ON patient_merge (patient) WHERE undone = 0;
CREATE INDEX patient_merge_survivor ON patient_merge (survivor) WHERE undone = 0;
