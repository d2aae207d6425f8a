-- Visits of which no server is told any more, since the person took back that they
-- may be shared. Whatever makes such an entry due holds it again.
CREATE TABLE withheld (
  encounter INTEGER PRIMARY KEY REFERENCES encounter (id)
) STRICT;
CREATE TRIGGER withheld_again AFTER UPDATE OF state ON outbox
  WHEN NEW.state = 0 AND EXISTS (SELECT 1 FROM withheld WHERE encounter = NEW.encounter)
  BEGIN UPDATE outbox SET state = 4 WHERE seq = NEW.seq; END;
CREATE TRIGGER withheld_new AFTER INSERT ON outbox
  WHEN NEW.state = 0 AND EXISTS (SELECT 1 FROM withheld WHERE encounter = NEW.encounter)
  BEGIN UPDATE outbox SET state = 4 WHERE seq = NEW.seq; END;
