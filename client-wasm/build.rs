//! Tells the linker to keep what `cargo xtask web` divides the phone's program by: what calls what.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-bin=field=--emit-relocs");
    }
}
