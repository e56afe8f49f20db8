-- The log of records, one row each, and one row per session for the list.
-- Never edit a migration that was released: stores remember its checksum. Add the next number.

-- "LEEB": tells a leeboard store from any other SQLite file.
PRAGMA application_id = 1279608130;

CREATE TABLE sessions (
    id         TEXT    NOT NULL PRIMARY KEY,
    -- Turns that ended with a reply.
    turns      INTEGER NOT NULL,
    -- Time of the newest record, in milliseconds since 1970.
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_newest ON sessions (updated_at DESC, id);

CREATE TABLE records (
    session  TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    -- Salted digest of the payload and hash of the record before, as hex digits.
    digest   TEXT    NOT NULL,
    parent   TEXT    NOT NULL,
    time     INTEGER NOT NULL,
    -- The whole record as JSON; the columns repeat what is searched by.
    record   TEXT    NOT NULL,
    PRIMARY KEY (session, sequence)
) STRICT;
