-- Which encounters are readings that came without a person and still wait for one.
-- How each came is sealed in it.
CREATE TABLE tray (
  encounter INTEGER PRIMARY KEY REFERENCES encounter (id)
) STRICT;
