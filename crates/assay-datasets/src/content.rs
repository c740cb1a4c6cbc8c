//! What a file holds, whether it is gzipped or not.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use assay_fetch::{Checksum, FetchError};
use flate2::read::MultiGzDecoder;

use crate::library::sha256;

/// The content of the file at `path`, which must have this checksum once it is unpacked.
///
/// # Errors
/// [`FetchError::WrongSize`], [`FetchError::WrongDigest`], [`FetchError::BadArchive`] for gzip that
/// cannot be unpacked, [`FetchError::Io`].
pub(crate) fn read(path: &Path, bytes: u64, digest: &str) -> Result<Vec<u8>, FetchError> {
    let what = path.display().to_string();
    let content = unpacked(path, bytes)?;
    let found = content.len() as u64;
    if found != bytes {
        return Err(FetchError::WrongSize {
            what: format!("the content of {what}"),
            expected: bytes,
            found,
        });
    }
    let found = sha256(&content);
    if found != digest {
        return Err(FetchError::WrongDigest {
            what: format!("the content of {what}"),
            expected: digest.to_owned(),
            found,
        });
    }
    Ok(content)
}

/// Whether [`read`] can find one of these: a plain file tells by its size, which costs nothing.
pub(crate) fn may_be(path: &Path, wanted: &[Checksum]) -> bool {
    let Ok(mut file) = File::open(path) else {
        return false;
    };
    let Ok(facts) = file.metadata() else {
        return false;
    };
    let mut begin = [0_u8; 2];
    let zipped = file.read_exact(&mut begin).is_ok() && begin == [0x1f, 0x8b];
    facts.is_file() && (zipped || wanted.iter().any(|w| w.bytes == Some(facts.len())))
}

/// At most one byte more than `at_most`: a small file must not unpack to fill the memory.
pub(crate) fn unpacked(path: &Path, at_most: u64) -> Result<Vec<u8>, FetchError> {
    let io = |source| FetchError::Io {
        path: path.to_owned(),
        source,
    };
    let mut reader = BufReader::new(File::open(path).map_err(io)?);
    let zipped = reader.fill_buf().map_err(io)?.starts_with(&[0x1f, 0x8b]);
    let mut content = Vec::new();
    if !zipped {
        reader
            .take(at_most + 1)
            .read_to_end(&mut content)
            .map_err(io)?;
        return Ok(content);
    }
    match MultiGzDecoder::new(reader)
        .take(at_most + 1)
        .read_to_end(&mut content)
    {
        Ok(_) => Ok(content),
        Err(error) => Err(FetchError::BadArchive {
            archive: path.display().to_string(),
            detail: error.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped.write_all(b"content").unwrap();
        let zipped = zipped.finish().unwrap();
        let digest = sha256(b"content");
        for (bytes, expected) in [
            (&b"content"[..], Ok(b"content".to_vec())),
            (&zipped, Ok(b"content".to_vec())),
            (&zipped[..zipped.len() - 4], Err("bad-archive")),
            (b"Content", Err("checksum-mismatch")),
            (b"contents", Err("checksum-mismatch")),
            (b"", Err("checksum-mismatch")),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let found = read(&path, 7, &digest).map_err(|error| {
                assert!(error.to_string().contains("/x"), "{error}");
                assay_core::Coded::code(&error)
            });
            assert_eq!(found, expected);
        }
    }
}
