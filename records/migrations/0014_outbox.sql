-- After weeks without a network many entries wait, and after years more are done.

-- Counts them by state and finds the oldest. Its condition always holds, and is there
-- so that only a query which says it is planned by this index: most look for one
-- encounter in one state, of which there are few by encounter and many by state.
CREATE INDEX outbox_state ON outbox (state, created) WHERE state >= 0;

-- What waits for a person, the newest first.
CREATE INDEX outbox_dead ON outbox (seq) WHERE state = 3;

-- What an office holds, likewise.
CREATE INDEX outbox_carried ON outbox (seq) WHERE state = 6;
