-- Keys of the gateway, each of a tenant. Of a key's secret part only a digest is here.

CREATE TABLE keys (
    id           TEXT    NOT NULL PRIMARY KEY,
    -- BLAKE3 digest of the whole key, as hex digits.
    digest       TEXT    NOT NULL,
    tenant       TEXT    NOT NULL,
    note         TEXT,
    -- Times in milliseconds since 1970; the last use is coarse.
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT, WITHOUT ROWID;
