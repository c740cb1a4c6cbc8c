//! `assay report`

use assay_app::dto::{ReportFormat, ReportQuery, ReportSection};
use assay_app::{App, AppError};

use crate::Ending;
use crate::args::{ReportArgs, ReportFormatArg, ReportSectionArg};
use crate::output::Output;

pub async fn run(app: &App, args: ReportArgs, output: Output) -> Result<Ending, AppError> {
    let mut runs = Vec::new();
    for prefix in &args.runs {
        runs.push(app.resolve_run(prefix).await?);
    }
    let format = match args.format {
        ReportFormatArg::Html => ReportFormat::Html,
        ReportFormatArg::Pdf => ReportFormat::Pdf,
        ReportFormatArg::Md => ReportFormat::Markdown,
        ReportFormatArg::Csv => ReportFormat::Csv,
    };
    let query = ReportQuery {
        runs,
        title: args.title,
        published: args.published.map(|path| path.display().to_string()),
        sections: args.sections.iter().copied().flat_map(sections).collect(),
    };
    let written = app.export_report(&query, format, Some(&args.out)).await?;
    output.answer(&written, |w| format!("{} ({} bytes)", w.path, w.bytes));
    Ok(Ending::Done)
}

fn sections(named: ReportSectionArg) -> Vec<ReportSection> {
    let one = match named {
        ReportSectionArg::All => return ReportSection::ALL.to_vec(),
        ReportSectionArg::Significance => ReportSection::Significance,
        ReportSectionArg::Languages => ReportSection::Languages,
        ReportSectionArg::Cost => ReportSection::Cost,
        ReportSectionArg::Time => ReportSection::Time,
        ReportSectionArg::Problems => ReportSection::Problems,
        ReportSectionArg::Flips => ReportSection::Flips,
        ReportSectionArg::Trends => ReportSection::Trends,
    };
    vec![one]
}
