//! Saved views: a page of the window with what is chosen in it, by name.

use crate::dto::SavedView;
use crate::upkeep::a_name;
use crate::{App, AppError};

/// Longer addresses are of more runs than anyone compares.
const LONGEST_ADDRESS: usize = 16_000;

impl App {
    /// All views in their order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list_views(&self) -> Result<Vec<SavedView>, AppError> {
        let views = self.store().await?.views().await?;
        Ok(views.into_iter().map(saved).collect())
    }

    /// Keeps an address of the window by a name; with `replace` in place of one of that name.
    ///
    /// # Errors
    /// When the name is empty or too long, the address none of the window's, or the name taken.
    pub async fn save_view(
        &self,
        name: &str,
        address: &str,
        replace: bool,
    ) -> Result<SavedView, AppError> {
        let name = a_name("a view", name)?;
        let (page, address) = an_address(address)?;
        let store = self.store().await?;
        Ok(saved(store.save_view(name, page, address, replace).await?))
    }

    /// # Errors
    /// When there is no such view, or the name is empty, too long or taken.
    pub async fn rename_view(&self, id: i64, name: &str) -> Result<(), AppError> {
        let name = a_name("a view", name)?;
        Ok(self.store().await?.rename_view(id, name).await?)
    }

    /// Puts a view into a place, counted from 0.
    ///
    /// # Errors
    /// When there is no such view.
    pub async fn move_view(&self, id: i64, to: u32) -> Result<(), AppError> {
        Ok(self.store().await?.move_view(id, to).await?)
    }

    /// # Errors
    /// When there is no such view.
    pub async fn delete_view(&self, id: i64) -> Result<(), AppError> {
        Ok(self.store().await?.delete_view(id).await?)
    }

    /// The view of this name, whatever the case, or of this number.
    ///
    /// # Errors
    /// When there is none.
    pub async fn find_view(&self, name: &str) -> Result<SavedView, AppError> {
        let views = self.list_views().await?;
        let wanted = name.trim().to_lowercase();
        let by_name = views.iter().find(|v| v.name.to_lowercase() == wanted);
        let found = by_name.or_else(|| views.iter().find(|v| v.id.to_string() == wanted));
        found
            .cloned()
            .ok_or_else(|| assay_store::StoreError::ViewNotFound(name.to_owned()).into())
    }
}

fn saved(view: assay_store::View) -> SavedView {
    SavedView {
        id: view.id,
        name: view.name,
        page: view.page,
        address: view.address,
        created_at: view.created_at.to_string(),
    }
}

/// The page an address leads to, and the address as it is kept: `/compare?runs=a,b`, also with the `#` before it.
fn an_address(address: &str) -> Result<(String, String), AppError> {
    let kept = address.trim().trim_start_matches('#');
    let path = kept.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/');
    let fits = kept.len() <= LONGEST_ADDRESS
        && !kept.chars().any(|c| c.is_control() || c.is_whitespace())
        && parts.next() == Some("");
    let page = parts.next().unwrap_or_default();
    // `//host` is an address of somewhere else.
    let plain = page.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        && (!page.is_empty() || path == "/");
    if !fits || !plain {
        return Err(AppError::usage(
            "bad-address",
            format!("'{address}' is no address of the window"),
            "for example /compare?runs=ID,ID",
        ));
    }
    let page = if page.is_empty() { "overview" } else { page };
    Ok((page.to_owned(), kept.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_those_of_the_window() {
        let page = |address: &str| an_address(address).map(|found| found.0).ok();
        assert_eq!(page("/compare?runs=a,b").as_deref(), Some("compare"));
        assert_eq!(page("#/samples?text=a%20b").as_deref(), Some("samples"));
        assert_eq!(
            page("/problems/humaneval/HumanEval%2F1").as_deref(),
            Some("problems")
        );
        assert_eq!(page("/").as_deref(), Some("overview"));
        for wrong in [
            "",
            "compare",
            "//evil.org/x",
            "https://evil.org",
            "/a b",
            "/Compare",
            "/x:y",
        ] {
            assert_eq!(page(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_kept_leads_back_into_the_window(text in "[/#?a-z:. ]{0,12}") {
            if let Ok((page, kept)) = an_address(&text) {
                prop_assert!(kept.starts_with('/') && !kept.starts_with("//"));
                prop_assert!(!page.is_empty());
                prop_assert_eq!(an_address(&kept).unwrap(), (page, kept));
            }
        }
    }
}
