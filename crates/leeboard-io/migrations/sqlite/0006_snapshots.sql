-- States of long sessions as bytes, so that opening one need not replay its whole log. Only a cache:
-- what is missing or damaged here is made again. They tell of the texts, so they go with the session
-- and whenever something of it is forgotten.

CREATE TABLE snapshots (
    session   TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    -- Two are kept; a new one takes the place of the older.
    place     INTEGER NOT NULL CHECK (place IN (0, 1)),
    -- Grows from snapshot to snapshot of a session.
    number    INTEGER NOT NULL,
    -- Hash of the last record in the state, as hex digits, and that record's successor's sequence.
    head      TEXT    NOT NULL,
    sequence  INTEGER NOT NULL,
    -- Record format and algorithm that made the state.
    format    INTEGER NOT NULL,
    algorithm INTEGER NOT NULL,
    -- How many parts there are. The row is written after the last of them.
    parts     INTEGER NOT NULL,
    PRIMARY KEY (session, place)
) STRICT, WITHOUT ROWID;

-- In parts, each written in a transaction of its own, so that no turn waits long for its commit.
CREATE TABLE snapshot_parts (
    session TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    part    INTEGER NOT NULL,
    bytes   BLOB    NOT NULL,
    PRIMARY KEY (session, place, part)
) STRICT;
