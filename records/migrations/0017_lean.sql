-- A visit that is saved writes every page again in which it leaves a trace, so an
-- entry for a server stands in no more indexes than it is looked for by: one of
-- those in each state, in the order in which they came, and one of those put off.

DROP INDEX outbox_due;
DROP INDEX outbox_stream;
DROP INDEX outbox_order;
DROP INDEX outbox_unasked;
DROP INDEX outbox_state;
DROP INDEX outbox_dead;
DROP INDEX outbox_carried;

-- The condition always holds; see 0014.
CREATE INDEX outbox_state ON outbox (state) WHERE state >= 0;
CREATE INDEX outbox_delayed ON outbox (next_at) WHERE state = 0 AND next_at > 0;
