-- What leeboard may change: in all requests of a session, and in those with a key. NULL where the
-- settings say it.

ALTER TABLE sessions ADD COLUMN mode TEXT;
ALTER TABLE keys ADD COLUMN mode TEXT;
