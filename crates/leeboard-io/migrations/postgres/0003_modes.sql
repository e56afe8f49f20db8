-- What leeboard may change: in all requests of a session, and in those with a key. NULL where the
-- settings say it.

ALTER TABLE leeboard.sessions ADD COLUMN mode text COLLATE "C";
ALTER TABLE leeboard.keys ADD COLUMN mode text COLLATE "C";
