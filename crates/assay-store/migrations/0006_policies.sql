-- Which strategy asked, where a policy chose it for the sample; the sample's strategy is then 'adaptive'.
ALTER TABLE samples ADD COLUMN arm TEXT;

-- Policies that choose strategies. One that is begun anew gets another row: what was decided before stays explained.
CREATE TABLE policies (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL COLLATE NOCASE,
    config     TEXT NOT NULL CHECK (json_valid(config)),
    -- What it knew before its first lesson, where it came from elsewhere.
    base       TEXT CHECK (base IS NULL OR json_valid(base)),
    -- What it knew after the lesson `state_seq`; it can be made again of base and lessons.
    state      TEXT CHECK (state IS NULL OR json_valid(state)),
    state_seq  INTEGER NOT NULL DEFAULT 0,
    -- Learns nothing and tries nothing at random.
    frozen     INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    -- Begun anew, or deleted.
    retired_at INTEGER
) STRICT;
CREATE UNIQUE INDEX policies_by_name ON policies (name) WHERE retired_at IS NULL;

CREATE TABLE decisions (
    sample          INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    policy          INTEGER NOT NULL REFERENCES policies (id),
    -- The last lesson the policy had learned.
    seen            INTEGER NOT NULL,
    context_version INTEGER NOT NULL,
    -- Little-endian 64-bit floating point numbers.
    context         BLOB NOT NULL,
    arm             TEXT NOT NULL,
    -- What it would have chosen had it tried nothing at random.
    greedy          TEXT NOT NULL,
    explored        INTEGER NOT NULL,
    exploration     REAL NOT NULL,
    -- The policy learned nothing then, and tried nothing.
    frozen          INTEGER NOT NULL,
    propensity      REAL NOT NULL,
    -- The arms it chose from, in the order they were given in, with their scores.
    scores          TEXT NOT NULL CHECK (json_valid(scores)),
    -- The bits of an unsigned 64-bit number.
    seed            INTEGER NOT NULL,
    decided_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_of_policy ON decisions (policy, sample);

-- What was learned, in the order it was learned in. It stays when the run it came of is gone.
CREATE TABLE lessons (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    policy          INTEGER NOT NULL REFERENCES policies (id),
    sample          INTEGER NOT NULL,
    arm             TEXT NOT NULL,
    context_version INTEGER NOT NULL,
    context         BLOB NOT NULL,
    reward          REAL NOT NULL,
    -- What the reward is made of.
    parts           TEXT NOT NULL CHECK (json_valid(parts)),
    passed          INTEGER NOT NULL,
    -- What tells answers that are one and the same: asked alike, of the same model, by the same seed.
    cell            TEXT NOT NULL,
    learned_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX lessons_of_policy ON lessons (policy, seq, passed);
CREATE UNIQUE INDEX lessons_of_sample ON lessons (policy, sample, arm);
CREATE UNIQUE INDEX lessons_of_cell ON lessons (policy, cell);
