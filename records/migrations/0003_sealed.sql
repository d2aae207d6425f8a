-- Sealing. What was in a sealed column before is sealed when a program that has
-- the keys opens the file.

-- The ring: the ways to open the file and the wrapped keys, twice, since
-- nothing can be read without it.
CREATE TABLE keyring (
  copy INTEGER PRIMARY KEY CHECK (copy IN (1, 2)),
  ring BLOB NOT NULL
) STRICT;

-- What the key of the rows of a patient, or of an encounter with its captures,
-- is made of beside the data key. Without it nobody can open them again: who is
-- to be forgotten loses it.
ALTER TABLE patient ADD COLUMN salt BLOB CHECK (length(salt) = 32);
ALTER TABLE encounter ADD COLUMN salt BLOB CHECK (length(salt) = 32);

-- Version of the data key that the token was made with; 0 for none.
ALTER TABLE result_token ADD COLUMN key INTEGER NOT NULL DEFAULT 0;
