-- Quality control: lots, control runs, calibrations, certificates, overrides and
-- what they let through. Nothing here is ever changed.
CREATE TABLE quality (
  id     INTEGER PRIMARY KEY,
  uuid   BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
  kind   INTEGER NOT NULL, -- 1 lot, 2 control run, 3 calibration, 4 certificate, 5 override, 6 its use
  salt   BLOB,
  alg    INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
