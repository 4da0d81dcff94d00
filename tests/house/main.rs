//! The rules of the source tree: layers, imports, words that have their place, documents. Reads the source text.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod documents;
mod imports;
mod language;
mod layers;
mod sources;
