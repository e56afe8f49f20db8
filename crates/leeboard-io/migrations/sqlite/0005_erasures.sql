-- How often something of a session was forgotten: whoever holds a state of it in memory from before
-- must read it anew.

ALTER TABLE sessions ADD COLUMN erasures INTEGER NOT NULL DEFAULT 0;
