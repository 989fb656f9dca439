//! What the server logs carries ids, never a person, a telephone number, a sum or a secret.

use std::cell::RefCell;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use server::telemetry;
use tracing_subscriber::fmt::MakeWriter;

use crate::house::{HIS, House, PASSWORD, STAFF};
use crate::phone::{Phone, cash, visit};

#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics while writing").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

thread_local! {
    /// Where the lines of this thread go besides, while a test looks at what it serves for itself.
    static HERE: RefCell<Option<Lines>> = const { RefCell::new(None) };
}

/// One line, for everything this process logs and for whoever looks at this thread.
pub(crate) struct Line([Option<Lines>; 2]);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.iter_mut().flatten().try_for_each(|lines| lines.write_all(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The writer of the one subscriber: with two in a process, spans that end on a thread of the store's would be closed by the
/// other one.
struct Writer(Lines);

impl<'w> MakeWriter<'w> for Writer {
    type Writer = Line;

    fn make_writer(&'w self) -> Line {
        Line([Some(self.0.clone()), HERE.with_borrow(Clone::clone)])
    }
}

/// Everything this process logs, at the most talkative level.
fn everything_logged() -> Lines {
    static LINES: OnceLock<Lines> = OnceLock::new();
    LINES
        .get_or_init(|| {
            let lines = Lines::default();
            let all = telemetry::json_lines(Writer(lines.clone()), "trace");
            tracing::subscriber::set_global_default(all).expect("nobody else logs here");
            lines
        })
        .clone()
}

/// Ends looking at what this thread logs.
pub(crate) struct Looking;

impl Drop for Looking {
    fn drop(&mut self) {
        HERE.set(None);
    }
}

/// Everything that is logged on this thread from now on, at the most talkative level: what a test serves for itself.
pub(crate) fn logged_here() -> (Lines, Looking) {
    everything_logged();
    let lines = Lines::default();
    HERE.set(Some(lines.clone()));
    (lines, Looking)
}

impl Lines {
    /// How many lines there are, and that none of them says one of these words, nor any token. The moment and the name of
    /// the request are drawn by the server itself, and may hold any number by chance.
    pub(crate) fn say_nothing_of(&self, words: &[String]) -> usize {
        let bytes = self.0.lock().expect("nobody panics while writing");
        let logged = String::from_utf8_lossy(&bytes);
        let said: Vec<String> = logged.lines().map(without_what_is_drawn).collect();
        // Every token of access is a signed badge, and begins like this.
        for word in words.iter().map(String::as_str).chain(["eyJ"]) {
            let line = said.iter().find(|line| line.contains(word));
            assert!(line.is_none(), "{word} stands in the log: {line:?}");
        }
        logged.lines().count()
    }
}

/// A line of the log without its moment and the names of its requests.
fn without_what_is_drawn(line: &str) -> String {
    let mut said: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
    let top = said.as_object_mut().expect("a line is an object");
    top.remove("timestamp").expect("a line has its moment");
    let spans = top.values_mut().flat_map(|value| match value {
        serde_json::Value::Array(spans) => spans.iter_mut().collect(),
        span => vec![span],
    });
    for span in spans {
        span.as_object_mut().and_then(|span| span.remove("request"));
    }
    said.to_string()
}

#[tokio::test]
async fn logs_carry_ids_and_never_a_name_a_telephone_number_a_sum_or_a_secret() {
    let lines = everything_logged();
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "店主说儿子在银川上学"), house.now());
    phone.does(cash(HIS, "4321.09", 1), house.now());
    phone.pushes(&house).await;
    house.try_sign_in("1001", "geheim-und-falsch").await.problem(401, "session.wrong-password");
    let head = house.access("3001").await;
    let found = house.read(&head, "/api/v1/customers?q=13909510001").await.ok();
    assert_eq!(found["total"], 1);
    house.read(&head, &format!("/api/v1/customers/{HIS}/timeline")).await.ok();
    house.close().await;
    let bytes = lines.0.lock().expect("nobody panics while writing").clone();
    let logged = String::from_utf8_lossy(&bytes).into_owned();
    assert!(logged.contains("\"route\":\"/api/v1/push\""), "requests are logged by route");
    let names = STAFF.iter().map(|(_, name, _)| *name);
    let secrets = [PASSWORD, "geheim-und-falsch", phone.access.as_str(), phone.refresh.as_str()];
    let persons =
        ["宁安食品商行", "13909510001", "红柳粮油店", "马经理", "儿子在银川", "钓鱼", "4321.09", "432109"];
    for word in names.chain(secrets).chain(persons) {
        let line = logged.lines().find(|line| line.contains(word));
        assert!(line.is_none(), "{word} stands in the log: {line:?}");
    }
}
