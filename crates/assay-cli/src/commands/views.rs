//! `assay views`

use assay_app::dto::SavedView;
use assay_app::{App, AppError};
use serde_json::json;

use crate::Ending;
use crate::args::ViewsCommand;
use crate::output::{Output, table};

pub async fn run(app: &App, command: ViewsCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        ViewsCommand::List => output.answer(&app.list_views().await?, |views| list_text(views)),
        ViewsCommand::Save {
            name,
            address,
            replace,
        } => {
            let view = app.save_view(&name, &address, replace).await?;
            output.answer(&view, |view| format!("“{}” is {}", view.name, view.address));
        }
        ViewsCommand::Rename { view, name } => {
            let view = app.find_view(&view).await?;
            app.rename_view(view.id, &name).await?;
            let name = name.trim();
            output.answer(&json!({ "id": view.id, "name": name }), |_| {
                format!("“{}” is called “{name}”", view.name)
            });
        }
        ViewsCommand::Move { view, place } => {
            let view = app.find_view(&view).await?;
            app.move_view(view.id, place - 1).await?;
            output.answer(&app.list_views().await?, |views| list_text(views));
        }
        ViewsCommand::Delete { view } => {
            let view = app.find_view(&view).await?;
            app.delete_view(view.id).await?;
            output.answer(&json!({ "id": view.id, "deleted": true }), |_| {
                format!("“{}” is deleted; it was {}", view.name, view.address)
            });
        }
    }
    Ok(Ending::Done)
}

fn list_text(views: &[SavedView]) -> String {
    if views.is_empty() {
        return "no views yet; save one with `assay views save NAME /compare?runs=ID,ID`"
            .to_owned();
    }
    let rows: Vec<Vec<String>> = views
        .iter()
        .map(|view| vec![view.name.clone(), view.page.clone(), view.address.clone()])
        .collect();
    table(&["view", "page", "address"], &rows)
}
