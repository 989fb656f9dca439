//! `cargo xtask up`: from a fresh clone to a served product, on this machine only.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::process;
use crate::setup;
use crate::steps::Steps;
use crate::tree;
use crate::trouble::Trouble;
use crate::web;

/// What `up` may be told.
#[derive(Args)]
pub(crate) struct Up {
    /// The port on 127.0.0.1
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
    /// The folder of the database; a demo company is made where there is none
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Build the server as it is shipped
    #[arg(long)]
    release: bool,
}

impl Up {
    /// Sets up, builds, and serves until it is stopped.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        let data = std::path::absolute(&self.data).map_err(|error| Trouble::of_file(&self.data, &error))?;
        self.port_is_free()?;
        let mut steps = Steps::of(web::STEPS + 4);
        steps.step("C compiler", setup::c_compiler)?;
        web::build(&mut steps)?;
        steps.step("server", || build_server(self.release))?;
        steps.step("demo company", || demo_company(&self.server(), &data))?;
        steps.last("serve");
        self.tell(&data);
        become_program(
            self.server().arg("serve").arg("--data").arg(&data).args(["--listen", &self.address()]),
        )
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn server(&self) -> Command {
        process::program(tree::server_binary(if self.release { "release" } else { "debug" }))
    }

    /// Known before the long build, not after it.
    fn port_is_free(&self) -> Result<(), Trouble> {
        TcpListener::bind(self.address()).map(drop).map_err(|error| {
            Trouble::new(
                format!("port {} of 127.0.0.1: {error}", self.port),
                format!(
                    "stop what uses it, or choose another: `cargo xtask up --port {}`",
                    u32::from(self.port) + 1
                ),
            )
        })
    }

    fn tell(&self, data: &Path) {
        let address = self.address();
        if let Ok(sign_ins) = fs::read_to_string(data.join("demo-sign-ins.txt")) {
            println!();
            sign_ins.lines().for_each(|line| println!("    {line}"));
        }
        println!();
        println!("    phone   http://{address}/app/");
        println!("    office  http://{address}/office/");
        println!("    data    {}", data.display());
        println!();
        println!("    It listens on this machine only. Phones need HTTPS: see README.md. Ctrl-C ends it.");
        println!();
    }
}

/// Builds the server with whatever pages stand in `target/web`.
pub(crate) fn build_server(release: bool) -> Result<String, Trouble> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--bin", "fieldbook"]);
    if release {
        cargo.arg("--release");
    }
    process::run(&mut cargo, "correct what the compiler says above")?;
    Ok(String::new())
}

/// Makes a demo company where there is none: beside its place, and moved there once it is whole.
///
/// An `up` that is cut while it makes one leaves nothing that the next would take for a company.
fn demo_company(server: &Command, data: &Path) -> Result<String, Trouble> {
    let draft = draft_of(data);
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(|error| Trouble::of_file(&draft, &error))?;
    }
    if has_database(data) {
        return Ok(format!("kept what is in {}", data.display()));
    }
    let way_on = format!("see that {} can be written and the disk has room", draft.display());
    let mut init = process::program(server.get_program());
    process::run(init.args(["init", "--demo", "--data"]).arg(&draft), &way_on)?;
    moved(&draft, data)?;
    Ok(format!("made in {}", data.display()))
}

/// Where the company is made: a neighbour of its place, on the same disk.
fn draft_of(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    data.with_file_name(name)
}

/// Moves what lies in `draft` to `data`, the database last: where it lies, everything does.
fn moved(draft: &Path, data: &Path) -> Result<(), Trouble> {
    let of = |error| Trouble::of_file(data, &error);
    if !data.exists() {
        return fs::rename(draft, data).map_err(of);
    }
    let mut files: Vec<PathBuf> =
        fs::read_dir(draft).map_err(of)?.flatten().map(|file| file.path()).collect();
    files.sort_by_key(|file| is_database(file));
    for file in files {
        fs::rename(&file, data.join(file.file_name().unwrap_or_default())).map_err(of)?;
    }
    fs::remove_dir_all(draft).map_err(of)
}

/// Whether the folder holds a database, whatever its name.
fn has_database(data: &Path) -> bool {
    let files = fs::read_dir(data).into_iter().flatten().flatten();
    files.into_iter().any(|file| is_database(&file.path()))
}

fn is_database(path: &Path) -> bool {
    let endings = ["db", "sqlite", "sqlite3"];
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
}

/// Lets the server take this program's place, so that whoever stops the task stops the server.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<(), Trouble> {
    use std::os::unix::process::CommandExt;

    let error = command.exec();
    Err(Trouble::new(format!("the server did not start: {error}"), "run `cargo xtask up` again"))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<(), Trouble> {
    process::run(command, "see what the server says above")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{draft_of, has_database, moved};

    #[test]
    fn a_company_is_at_its_place_only_once_it_is_whole() {
        let folder = std::env::temp_dir().join(format!("fieldbook-up-{}", std::process::id()));
        let data = folder.join("data");
        let draft = draft_of(&data);
        assert_eq!(draft, folder.join("data.new"));
        for already_there in [false, true] {
            fs::create_dir_all(&draft).expect("a folder");
            fs::write(draft.join("book.db"), "book").expect("a file");
            fs::write(draft.join("demo-sign-ins.txt"), "who").expect("a file");
            assert!(!has_database(&data));
            if already_there {
                fs::create_dir_all(&data).expect("a folder");
                fs::write(data.join("notes.txt"), "mine").expect("a file");
            }
            moved(&draft, &data).expect("a move");
            assert!(has_database(&data) && data.join("demo-sign-ins.txt").is_file() && !draft.exists());
            assert_eq!(data.join("notes.txt").is_file(), already_there);
            fs::remove_dir_all(&data).expect("the folder is ours");
        }
        fs::remove_dir_all(&folder).expect("the folder is ours");
    }
}
