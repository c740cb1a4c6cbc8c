//! The embedded files are read by a macro that cargo cannot look into: name them here.

fn main() {
    println!("cargo:rerun-if-changed=languages");
}
