//! What ships inside the program: manifests and the starter set.

use include_dir::{Dir, include_dir};

use crate::{DatasetError, Manifest};

pub(crate) static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../datasets");

/// The manifests of `datasets/*.toml`, by id.
///
/// # Errors
/// [`DatasetError::BadManifest`] when a shipped manifest is wrong, which a test rules out.
pub fn builtin() -> Result<Vec<Manifest>, DatasetError> {
    let mut manifests = EMBEDDED
        .files()
        .filter(|file| file.path().extension().is_some_and(|e| e == "toml"))
        .map(|file| {
            let name = file.path().display().to_string();
            let text = file
                .contents_utf8()
                .ok_or_else(|| DatasetError::BadManifest {
                    file: name.clone(),
                    detail: "it is not UTF-8".to_owned(),
                })?;
            Manifest::from_toml(&name, text)
        })
        .collect::<Result<Vec<_>, _>>()?;
    manifests.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(manifests)
}
