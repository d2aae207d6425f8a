-- Where the code on the part of a referral that comes back leads, and which of
-- them are still open. What a referral says is sealed in its encounter.
CREATE TABLE referral (
  code      INTEGER PRIMARY KEY,
  encounter INTEGER NOT NULL REFERENCES encounter (id),
  open      INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT;
CREATE INDEX referral_encounter ON referral (encounter);
CREATE INDEX referral_open ON referral (encounter) WHERE open = 1;
