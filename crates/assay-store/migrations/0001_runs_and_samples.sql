-- "ASSY": says of the file that it is a store of this program.
PRAGMA application_id = 1095979865;

-- Times are milliseconds since the Unix epoch, UTC.
CREATE TABLE runs (
    pk               INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    name             TEXT NOT NULL,
    status           TEXT NOT NULL,
    origin           TEXT NOT NULL,
    spec             TEXT NOT NULL CHECK (json_valid(spec)),
    environment      TEXT NOT NULL CHECK (json_valid(environment)),
    dataset          TEXT NOT NULL,
    dataset_version  TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER,
    -- Seconds at work, added up over all attempts.
    elapsed_s        REAL NOT NULL DEFAULT 0,
    attempts         INTEGER NOT NULL DEFAULT 0,
    note             TEXT,
    error            TEXT CHECK (error IS NULL OR json_valid(error)),
    -- The program at work on the run, by its lock file; see owner.rs.
    owner            TEXT,
    cancel_requested INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One model asked one problem in one language; its samples are the answers.
CREATE TABLE questions (
    id       INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    model    TEXT NOT NULL,
    language TEXT NOT NULL,
    problem  TEXT NOT NULL,
    cluster  TEXT NOT NULL,
    -- The problem's place in its data set, for sorting: HumanEval/10 after HumanEval/9.
    position INTEGER NOT NULL,
    UNIQUE (run, model, language, problem)
) STRICT;

-- A run's questions in the order of its plan, all or one model's: ids come last in every index.
CREATE INDEX questions_of_run ON questions (run);
CREATE INDEX questions_of_model ON questions (run, model);

-- Never reused ids: an event or a link of a deleted run must not lead to another run's sample.
CREATE TABLE samples (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    question          INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    sample_index      INTEGER NOT NULL,
    strategy          TEXT NOT NULL,
    stage             TEXT NOT NULL CHECK (stage IN ('pending', 'generated', 'done')),
    -- The bits of an unsigned 64-bit number.
    seed              INTEGER,
    transport         TEXT,
    content           TEXT,
    rule              TEXT,
    finish            TEXT,
    prompt_tokens     INTEGER,
    completion_tokens INTEGER,
    latency_ms        REAL,
    first_token_ms    REAL,
    attempts          INTEGER NOT NULL DEFAULT 0,
    verdict           TEXT,
    exit_code         INTEGER,
    signal            INTEGER,
    truncated         INTEGER NOT NULL DEFAULT 0,
    duration_ms       REAL,
    peak_memory_kb    INTEGER,
    finished_at       INTEGER,
    UNIQUE (question, sample_index)
) STRICT;

-- What is still to be done, without reading what is done.
CREATE INDEX samples_open ON samples (question, stage, sample_index) WHERE stage <> 'done';

-- Scores and counters are answered from this index alone.
CREATE INDEX samples_scores
    ON samples (question, stage, verdict, transport, content, strategy, prompt_tokens, completion_tokens);

-- The long texts, apart, so that listing 100,000 samples does not read them.
CREATE TABLE sample_texts (
    sample           INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    prompt           TEXT,
    raw              TEXT,
    cleaned          TEXT,
    warnings         TEXT,
    transport_detail TEXT,
    served_model     TEXT,
    stdout           TEXT,
    stderr           TEXT,
    detail           TEXT
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;
