//! `cargo xtask up`: from a fresh clone to a served product, on this machine only.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::process;
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
        let mut steps = Steps::of(web::STEPS + 3);
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
        println!();
        println!("    phone   http://{address}/app/");
        println!("    office  http://{address}/office/");
        println!("    data    {}", data.display());
        if let Ok(sign_ins) = fs::read_to_string(data.join("demo-sign-ins.txt")) {
            println!();
            sign_ins.lines().for_each(|line| println!("    {line}"));
        }
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

fn demo_company(server: &Command, data: &Path) -> Result<String, Trouble> {
    if has_database(data) {
        return Ok(format!("kept what is in {}", data.display()));
    }
    let way_on = format!("see that {} can be written; if it was left half made, remove it", data.display());
    let mut init = process::program(server.get_program());
    process::run(init.args(["init", "--demo", "--data"]).arg(data), &way_on)?;
    Ok(format!("made in {}", data.display()))
}

/// Whether the folder holds a database, whatever its name.
fn has_database(data: &Path) -> bool {
    let endings = ["db", "sqlite", "sqlite3"];
    let files = fs::read_dir(data).into_iter().flatten().flatten();
    files.into_iter().any(|file| {
        let path = file.path();
        path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
    })
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
