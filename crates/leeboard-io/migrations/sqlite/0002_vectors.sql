-- Vectors of a session's texts, so that an endpoint is asked once for each. Only a cache: what is
-- missing here is made again. It goes with the session, since vectors tell of their texts.

CREATE TABLE vectors (
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    model   TEXT NOT NULL,
    -- BLAKE3 digest of the text, as hex digits.
    text    TEXT NOT NULL,
    -- As in records: JSON with the components in base64.
    vector  TEXT NOT NULL,
    PRIMARY KEY (session, model, text)
) STRICT;
