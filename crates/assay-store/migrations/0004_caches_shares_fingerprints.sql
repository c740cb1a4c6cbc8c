-- Answers and executions that need not be had twice. A key is the SHA-256 of everything that decides what is kept
-- under it; times of use are of the last hour or so, which is enough to tell what was not used for long.
CREATE TABLE answer_cache (
    id       INTEGER PRIMARY KEY,
    key      BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    answer   TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    cost_usd REAL,
    used_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX answer_cache_use ON answer_cache (used_at, bytes, cost_usd);

CREATE TABLE execution_cache (
    id        INTEGER PRIMARY KEY,
    key       BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    execution TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    used_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX execution_cache_use ON execution_cache (used_at, bytes);

-- How often each was asked since it was last cleared.
CREATE TABLE cache_counts (
    cache  TEXT PRIMARY KEY CHECK (cache IN ('answers', 'executions')),
    hits   INTEGER NOT NULL DEFAULT 0,
    misses INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO cache_counts (cache) VALUES ('answers'), ('executions');

-- How a run shares the machine; any program may change it, the one at work on the run heeds it.
ALTER TABLE runs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN priority TEXT NOT NULL DEFAULT 'normal';
-- Samples that early stopping made needless; they are gone from the plan.
ALTER TABLE runs ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;

-- 1: the answer was known already, 2: the execution was.
ALTER TABLE samples ADD COLUMN cached INTEGER NOT NULL DEFAULT 0;
-- The bits of unsigned 64-bit hashes, of the program's words and of its syntax tree.
ALTER TABLE samples ADD COLUMN program_hash INTEGER;
ALTER TABLE samples ADD COLUMN shape_hash INTEGER;

-- Scores, counters and diversity are answered from this index alone.
DROP INDEX samples_scores;
CREATE INDEX samples_scores
    ON samples (question, stage, verdict, transport, content, strategy, prompt_tokens, completion_tokens, quality,
                cost_usd, cached, program_hash, shape_hash);
