//! How the C library keeps memory: said in the environment of a program, before it begins.
//!
//! Floor: bottom. Knows nothing of what the memory is for.

use std::{env, process::Command};

/// In how many parts memory is kept. The GNU library keeps one for each of many threads, and what one thread has read and
/// another lets go stays where it was: a third of the memory of a server that a hundred phones push to at once.
pub const KEPT_APART: (&str, &str) = ("MALLOC_ARENA_MAX", "2");

/// Begins this program anew in its own place, with [`KEPT_APART`]; returns where that is said already, or cannot be done.
pub fn begin_with_little() {
    let (name, value) = KEPT_APART;
    if cfg!(not(all(target_os = "linux", target_env = "gnu"))) || env::var_os(name).is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let mut again = Command::new(program);
    again.args(env::args_os().skip(1)).env(name, value);
    // It only comes back where it could not be done; then the server runs as it is.
    #[cfg(unix)]
    drop(std::os::unix::process::CommandExt::exec(&mut again));
}
