-- How good a sample's program looks, which language its code turned out to be in, what it cost, and what was asked
-- before the answer that counts.
ALTER TABLE samples ADD COLUMN quality REAL;
ALTER TABLE samples ADD COLUMN detected TEXT;
ALTER TABLE samples ADD COLUMN confidence REAL;
ALTER TABLE samples ADD COLUMN cost_usd REAL;
ALTER TABLE sample_texts ADD COLUMN quality TEXT CHECK (quality IS NULL OR json_valid(quality));
ALTER TABLE sample_texts ADD COLUMN turns TEXT CHECK (turns IS NULL OR json_valid(turns));

-- Scores and counters are answered from this index alone.
DROP INDEX samples_scores;
CREATE INDEX samples_scores
    ON samples (question, stage, verdict, transport, content, strategy, prompt_tokens, completion_tokens, quality,
                cost_usd);
