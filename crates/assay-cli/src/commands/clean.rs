//! `assay clean`

use std::io::{BufWriter, Write};

use assay_app::{App, AppError, CleanedReply};

use crate::Ending;
use crate::args::CleanArgs;
use crate::output::Output;

/// Lines as they come; with `--json` one document, written as it comes too: a file may be large.
pub async fn run(app: &App, args: CleanArgs, output: Output) -> Result<Ending, AppError> {
    let mut out = BufWriter::new(std::io::stdout());
    let mut first = true;
    let write = move |reply: CleanedReply| {
        let line = serde_json::to_string(&reply).unwrap_or_default();
        let before = match (output.json, first) {
            (true, true) => "{\"results\":[\n",
            (true, false) => ",\n",
            (false, true) => "",
            (false, false) => "\n",
        };
        first = false;
        // A reader that has gone away (`| head`) ends the work and is no error of ours.
        out.write_all(before.as_bytes())
            .and_then(|()| out.write_all(line.as_bytes()))
            .is_ok()
    };
    let count = app.clean_file(args.file, write).await?;
    if output.json {
        output.line(&format!(
            "\n],\"n_replies\":{},\"n_usable\":{}}}",
            count.replies, count.usable
        ));
    } else {
        output.line("");
        output.note(&format!(
            "{} of {} replies gave a usable program",
            count.usable, count.replies
        ));
    }
    Ok(Ending::Done)
}
