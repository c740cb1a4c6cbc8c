//! API keys in the keyring of the operating system, by the name of their environment variable.
//!
//! [`Keyring`] keeps a [`Secret`] in the system's own store (Secret Service, Keychain, Credential Manager).
//! Where none answers it keeps it in memory until the program ends, and says so: [`Kept`]. Nothing here
//! writes a file, and a secret is in no log, error or `Debug` output.

mod error;
mod keyring;
mod secret;
mod system;

pub use error::{SecretsError, Trouble};
pub use keyring::{Backend, Found, Kept, Keyring, Patience};
pub use secret::{Secret, check_variable};

/// The name of the service under which the system's keyring shows Assay's keys.
pub const SERVICE: &str = "assay";
