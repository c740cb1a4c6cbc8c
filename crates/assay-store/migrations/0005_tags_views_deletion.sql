-- What people make of their runs: put away, or deleted and not yet removed for good.
ALTER TABLE runs ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
-- A deleted run is in no list and no comparison; it comes back, or is removed for good.
ALTER TABLE runs ADD COLUMN deleted_at INTEGER;
-- Being removed for good, piece by piece: it cannot come back.
ALTER TABLE runs ADD COLUMN purging INTEGER NOT NULL DEFAULT 0;

CREATE TABLE run_tags (
    run INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    tag TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_tags_by_tag ON run_tags (tag);

-- What a run was merged of or split from, as it was then: the sources may be gone by now.
CREATE TABLE run_sources (
    run         INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    source      TEXT NOT NULL,
    name        TEXT NOT NULL,
    origin      TEXT NOT NULL,
    spec        TEXT NOT NULL CHECK (json_valid(spec)),
    environment TEXT NOT NULL CHECK (json_valid(environment)),
    samples     INTEGER NOT NULL,
    -- Whether the source was put away for it, so that undoing brings it back.
    archived    INTEGER NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

-- Pages with what is chosen in them, by name.
CREATE TABLE views (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
    page       TEXT NOT NULL,
    address    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    position   INTEGER NOT NULL
) STRICT;
