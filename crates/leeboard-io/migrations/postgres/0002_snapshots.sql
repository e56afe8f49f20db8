-- States of long sessions as bytes, so that opening one need not replay its whole log. Only a cache:
-- what is missing or damaged here is made again. They tell of the texts, so they go with the session
-- and whenever something of it is forgotten.

CREATE TABLE leeboard.snapshots (
    tenant    text   COLLATE "C" NOT NULL,
    session   text   COLLATE "C" NOT NULL,
    -- Hash of the last record in the state, as hex digits, and that record's successor's sequence.
    head      text   COLLATE "C" NOT NULL,
    sequence  bigint NOT NULL,
    -- Grows from snapshot to snapshot; the newest two of a session are kept.
    number    bigint NOT NULL DEFAULT nextval('leeboard.versions'),
    -- Record format and algorithm that made the state.
    format    integer NOT NULL,
    algorithm integer NOT NULL,
    bytes     bytea  NOT NULL,
    PRIMARY KEY (tenant, session, head)
);

-- They are read whole and often; packing them would cost more than their place.
ALTER TABLE leeboard.snapshots ALTER COLUMN bytes SET STORAGE EXTERNAL;
