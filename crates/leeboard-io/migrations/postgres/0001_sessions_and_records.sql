-- Sessions, the tree of their records, marks, vectors, and the keys of the gateway, in a schema of
-- their own. Never edit a migration that was released: databases remember its checksum. Add the next
-- number.
--
-- Tenant and session lead every key, so that each table but `keys` can be partitioned by them. No
-- table refers to another: whoever writes to a session does it together with a change of its row in
-- `sessions`, whose version tells that nobody else did meanwhile. Text is compared by its bytes.

COMMENT ON SCHEMA leeboard IS 'Sessions of leeboard';

-- Numbers that are never used twice: of versions of sessions, and of marks.
CREATE SEQUENCE leeboard.versions;
CREATE SEQUENCE leeboard.marks;

CREATE TABLE leeboard.sessions (
    tenant     text   COLLATE "C" NOT NULL,
    -- With its tenant, as everywhere in leeboard: `acme/trip-1`; the default tenant's without.
    session    text   COLLATE "C" NOT NULL,
    -- Changes with every commit.
    version    bigint NOT NULL,
    -- Hash of the record at the head, as hex digits.
    head       text   COLLATE "C" NOT NULL,
    -- Turns with a reply on the path to the head.
    turns      bigint NOT NULL,
    -- Time of the newest record, in milliseconds since 1970.
    updated_at bigint NOT NULL,
    -- Whether the client has sent again what was said before.
    resends    bigint NOT NULL DEFAULT 0,
    -- How often something of it was forgotten.
    erasures   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, session)
)
-- Every commit changes the row, so there is room for its next state on the same page.
WITH (fillfactor = 70);

CREATE INDEX sessions_newest ON leeboard.sessions (tenant, updated_at DESC, session);

CREATE TABLE leeboard.records (
    tenant   text   COLLATE "C" NOT NULL,
    session  text   COLLATE "C" NOT NULL,
    -- Hashes of this record and of the one before, as hex digits; 64 zeros before the first.
    hash     text   COLLATE "C" NOT NULL,
    parent   text   COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    time     bigint NOT NULL,
    -- Turns with a reply up to this record.
    turns    bigint NOT NULL,
    -- Hash of the last record that ended a turn, and digest of all that was said up to it.
    turn     text   COLLATE "C",
    path     text   COLLATE "C",
    -- The whole record as JSON; the columns repeat what is searched by.
    record   text   COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, session, hash)
);

CREATE TABLE leeboard.turns (
    tenant  text   COLLATE "C" NOT NULL,
    session text   COLLATE "C" NOT NULL,
    number  bigint NOT NULL DEFAULT nextval('leeboard.marks'),
    -- Hash of the record that ended the turn, or opened it while it waits for its reply.
    at      text   COLLATE "C" NOT NULL,
    -- The finished turn before it; NULL for a first one.
    after   text   COLLATE "C",
    -- Digests of the user's messages, joined by commas, and of the reply.
    asked   text   COLLATE "C" NOT NULL,
    reply   text   COLLATE "C",
    -- Digest of tenant and user.
    scope   text   COLLATE "C" NOT NULL,
    -- Digest of all that was said up to the reply.
    path    text   COLLATE "C",
    PRIMARY KEY (tenant, session, number)
);

CREATE INDEX turns_by_path ON leeboard.turns (scope, path) WHERE path IS NOT NULL;
CREATE INDEX turns_by_reply ON leeboard.turns (scope, reply) WHERE reply IS NOT NULL;

-- Vectors of a session's texts: only a cache. They go with the session, since vectors tell of their
-- texts.
CREATE TABLE leeboard.vectors (
    tenant  text COLLATE "C" NOT NULL,
    session text COLLATE "C" NOT NULL,
    model   text COLLATE "C" NOT NULL,
    -- BLAKE3 digest of the text, as hex digits.
    text    text COLLATE "C" NOT NULL,
    -- As in records: JSON with the components in base64.
    vector  text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, session, model, text)
);

-- Keys of the gateway, each of a tenant. Of a key's secret part only a digest is here.
CREATE TABLE leeboard.keys (
    id           text   COLLATE "C" NOT NULL PRIMARY KEY,
    -- BLAKE3 digest of the whole key, as hex digits.
    digest       text   COLLATE "C" NOT NULL,
    tenant       text   COLLATE "C" NOT NULL,
    note         text,
    -- Times in milliseconds since 1970; the last use is coarse.
    created_at   bigint NOT NULL,
    last_used_at bigint,
    revoked_at   bigint
);
