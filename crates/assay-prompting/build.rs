//! The embedded files are read by a macro that cargo cannot look into: name them here.

fn main() {
    for folder in ["strategies", "families", "examples"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
