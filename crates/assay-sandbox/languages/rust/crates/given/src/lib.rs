//! Nothing: it is the dependencies that are wanted.
