-- Who has said something after a visit of what they had agreed to, in the order of
-- their last word, in which servers are told. The words are among the secrets.
CREATE TABLE said (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  patient INTEGER NOT NULL UNIQUE REFERENCES patient (id) ON DELETE CASCADE
) STRICT;
INSERT INTO said (patient) SELECT id FROM patient
  WHERE EXISTS (SELECT 1 FROM secret WHERE name = 'consent-' || lower(hex(patient.uuid)));
