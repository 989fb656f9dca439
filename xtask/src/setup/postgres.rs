//! A throw-away Postgres for one run: no network, no password, nothing of it left afterwards.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::packages;
use crate::process;
use crate::trouble::Trouble;

/// The variable by which suites find the cluster.
pub(crate) const CLUSTER: &str = "FIELDBOOK_TEST_POSTGRES";

const WAY_ON: &str = "install Postgres 14 or newer; on Debian or Ubuntu: `sudo apt-get install postgresql`";

/// How much a cluster does for the case that the machine loses its power.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disk {
    /// Nothing: quick, and good enough for what only asks what a statement does.
    Forgotten,
    /// All it can, as in the world.
    Waited,
}

/// A Postgres that runs until this goes.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    /// A shell that waits for this program to end, however it ends, and then clears away.
    watcher: Option<Child>,
}

impl Cluster {
    /// Makes one and starts it; it is stopped and removed when this goes, whatever happens before.
    pub(crate) fn start(disk: Disk) -> Result<Self, Trouble> {
        let programs = programs().ok_or_else(|| Trouble::new("no Postgres is there", WAY_ON))?;
        // Names of sockets are short, and target folders are not.
        let folder = std::env::temp_dir().join(format!("fieldbook-pg-{}-{}", std::process::id(), disk as u8));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).map_err(|error| Trouble::of_file(&folder, &error))?;
        let mut cluster = Self { programs, folder, watcher: None };
        cluster.belongs_to_its_user()?;
        cluster.watch()?;
        let data = cluster.folder.join("data");
        let mut made = cluster.command("initdb");
        made.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--pgdata",
        ]);
        quietly(made.arg(&data))?;
        let quick = match disk {
            Disk::Forgotten => "-c fsync=off -c full_page_writes=off",
            Disk::Waited => "",
        };
        let told = format!(
            "-c listen_addresses='' -c max_connections=400 -c shared_buffers=128MB {quick} -k {}",
            cluster.folder.display()
        );
        let mut started = cluster.command("pg_ctl");
        started
            .args(["start", "--wait", "--silent", "--options", &told, "--log"])
            .arg(cluster.folder.join("log"));
        quietly(started.arg("--pgdata").arg(&data))?;
        Ok(cluster)
    }

    /// The URL of its first database.
    pub(crate) fn url(&self) -> String {
        format!("postgres:///postgres?host={}&user=postgres", self.folder.display())
    }

    /// One of its programs.
    fn command(&self, program: &str) -> Command {
        let mut command = as_its_user(self.programs.join(program));
        command.current_dir(&self.folder);
        command
    }

    /// The shell reads until this program has closed the pipe, by ending if by nothing else; Ctrl-C does not reach it.
    fn watch(&mut self) -> Result<(), Trouble> {
        const SCRIPT: &str = "trap '' INT TERM HUP; while read -r _; do :; done; \
                              \"$1\" stop --mode=immediate --wait --silent --pgdata \"$2/data\"; rm -rf \"$2\"";
        let mut shell = as_its_user("sh");
        shell.args(["-c", SCRIPT, "sh"]).arg(self.programs.join("pg_ctl")).arg(&self.folder).current_dir("/");
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let watcher = shell.spawn();
        let watcher = watcher.map_err(|error| Trouble::new(format!("no shell: {error}"), WAY_ON))?;
        self.watcher = Some(watcher);
        Ok(())
    }

    fn belongs_to_its_user(&self) -> Result<(), Trouble> {
        let of_file = |error| Trouble::of_file(&self.folder, &error);
        if packages::is_root() {
            let id = |flag| process::answer_of(process::program("id").args([flag, "postgres"]));
            let ids =
                id("-u").zip(id("-g")).and_then(|(user, group)| user.parse().ok().zip(group.parse().ok()));
            let (user, group) = ids.ok_or_else(|| Trouble::new("there is no user postgres", WAY_ON))?;
            chown(&self.folder, Some(user), Some(group)).map_err(of_file)?;
        }
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700)).map_err(of_file)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut watcher) = self.watcher.take() {
            drop(watcher.stdin.take());
            // Whatever became of it, the run is over.
            drop(watcher.wait());
        }
    }
}

/// A program, run by somebody whom Postgres lets run it: never root.
fn as_its_user(program: impl AsRef<OsStr>) -> Command {
    if !packages::is_root() {
        return process::program(program);
    }
    let mut command = process::program("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program.as_ref());
    command
}

fn quietly(command: &mut Command) -> Result<(), Trouble> {
    match process::answer_of(command) {
        Some(_) => Ok(()),
        None => Err(Trouble::new(
            format!("{} did not do it", command.get_program().display()),
            "see that the disk has room and that /tmp can be written, then run the command again",
        )),
    }
}

/// Where the programs of Postgres lie: on the search path, or in Debian's folder of the newest version.
pub(super) fn programs() -> Option<PathBuf> {
    if let Some(found) = process::find("initdb").and_then(|found| found.canonicalize().ok()) {
        return found.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    folders.sort_by_key(|folder| version_of(folder));
    folders.pop()
}

fn version_of(folder: &Path) -> u32 {
    let version = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    version.and_then(|version| version.parse().ok()).unwrap_or(0)
}
