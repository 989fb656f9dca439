//! Tells cargo what the binary carries besides code: the tables' migrations, and in a release the built pages.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    // Development builds read the pages from disk at run time: they need no new build.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../target/web");
    }
}
