-- The records of a session become a tree: each names the one before it, and the session has a
-- head. Beside them the marks of turns, by which a conversation is found again. What cannot be
-- computed here (the hash of each last record, and the marks) is filled in when the store is opened;
-- until then `head` is empty.

ALTER TABLE sessions ADD COLUMN head TEXT NOT NULL DEFAULT '';
-- Whether the client has sent again what was said before.
ALTER TABLE sessions ADD COLUMN resends INTEGER NOT NULL DEFAULT 0;

CREATE TABLE tree (
    session  TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    -- Hashes of this record and of the one before, as hex digits; 64 zeros before the first.
    hash     TEXT    NOT NULL,
    parent   TEXT    NOT NULL,
    sequence INTEGER NOT NULL,
    time     INTEGER NOT NULL,
    -- Turns with a reply up to this record.
    turns    INTEGER NOT NULL,
    -- Hash of the last record that ended a turn, and digest of all that was said up to it.
    turn     TEXT,
    path     TEXT,
    -- The whole record as JSON; the columns repeat what is searched by.
    record   TEXT    NOT NULL,
    PRIMARY KEY (session, hash)
) STRICT;

INSERT INTO tree (session, hash, parent, sequence, time, turns, record)
SELECT session, LEAD(parent, 1, '') OVER (PARTITION BY session ORDER BY sequence),
       parent, sequence, time, 0, record
FROM records;

DROP TABLE records;
ALTER TABLE tree RENAME TO records;

CREATE TABLE turns (
    number  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    session TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    -- Hash of the record that ended the turn, or opened it while it waits for its reply.
    at      TEXT    NOT NULL,
    -- The finished turn before it; NULL for a first one.
    after   TEXT,
    -- Digests of the user's messages, joined by commas, and of the reply.
    asked   TEXT    NOT NULL,
    reply   TEXT,
    -- Digest of tenant and user.
    scope   TEXT    NOT NULL,
    -- Digest of all that was said up to the reply.
    path    TEXT
) STRICT;

CREATE INDEX turns_of_session ON turns (session, number);
CREATE INDEX turns_by_path ON turns (scope, path) WHERE path IS NOT NULL;
CREATE INDEX turns_by_reply ON turns (scope, reply) WHERE reply IS NOT NULL;
