-- What executed a sample's program, what it took of the processor, and what a compiler said of it.
ALTER TABLE samples ADD COLUMN cpu_ms REAL;
ALTER TABLE samples ADD COLUMN compile_ok INTEGER;
ALTER TABLE samples ADD COLUMN compile_ms REAL;
ALTER TABLE sample_texts ADD COLUMN diagnostics TEXT;
ALTER TABLE sample_texts ADD COLUMN toolchain TEXT;
ALTER TABLE sample_texts ADD COLUMN image TEXT;
