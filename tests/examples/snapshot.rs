//! The processes that match a filter, as JSON: `cargo run --no-default-features --example snapshot -- 'mem>50M'`.
//!
//! The document is that of `proclab snapshot`: a value that could not be read is null, and `unreadable` says why.

use std::io::{self, Write as _};

use proclab::monitor::Filter;
use proclab::monitor::document::{FieldSet, Request, take};
use proclab::monitor::source;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = std::env::args().nth(1).unwrap_or_default();
    let request = Request {
        filter: Filter::parse(&filter)?,
        fields: FieldSet::parse(Some("name,status,cpu_percent,memory_info"), None)?,
        ..Request::default()
    };
    let mut source = source::native()?;
    let document = take(&mut *source, &request)?;
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)?;
    Ok(())
}
