-- The number in the queue that was given last on each day of the place. It says
-- nothing of anybody, and stays when those who had the numbers are erased: a number is
-- never given twice in a day.
CREATE TABLE ticket (
  day  INTEGER PRIMARY KEY, -- where the kiosk stands, since 1970-01-01
  last INTEGER NOT NULL CHECK (last > 0)
) STRICT;
