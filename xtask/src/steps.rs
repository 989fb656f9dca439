//! The list of steps a task prints while it works.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::trouble::Trouble;

/// Whether the last line printed waits for its `ok`.
static LINE_OPEN: AtomicBool = AtomicBool::new(false);

/// The steps of one task, counted.
pub(crate) struct Steps {
    total: usize,
    begun: usize,
}

impl Steps {
    /// A task of `total` steps.
    pub(crate) fn of(total: usize) -> Self {
        Self { total, begun: 0 }
    }

    /// Announces a step, does it, and says how it went.
    ///
    /// The work returns a note for its line; an empty note is left out.
    pub(crate) fn step(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<String, Trouble>,
    ) -> Result<Duration, Trouble> {
        let label = self.begin(name);
        let began = Instant::now();
        let outcome = work();
        let took = began.elapsed();
        let open = LINE_OPEN.swap(false, Ordering::Relaxed);
        match outcome {
            Ok(note) => {
                let head = if open { "ok".to_owned() } else { format!("{label} ok") };
                let note = if note.is_empty() { note } else { format!(": {note}") };
                println!("{head}, {}{note}", seconds(took));
                Ok(took)
            }
            Err(trouble) => {
                println!("{}", if open { "stopped".to_owned() } else { format!("{label} stopped") });
                Err(trouble)
            }
        }
    }

    /// Announces the step that does not come back.
    pub(crate) fn last(&mut self, name: &str) {
        self.begin(name);
        end_line();
    }

    fn begin(&mut self, name: &str) -> String {
        self.begun += 1;
        let label = format!("{}/{} {name}", self.begun, self.total);
        print!("{label} … ");
        flush();
        LINE_OPEN.store(true, Ordering::Relaxed);
        label
    }
}

/// Ends the step's line, because something else is about to print.
pub(crate) fn end_line() {
    if LINE_OPEN.swap(false, Ordering::Relaxed) {
        println!();
        flush();
    }
}

/// Prints a line below the step's own.
pub(crate) fn say(text: &str) {
    end_line();
    println!("    {text}");
    flush();
}

/// A duration as people read it.
pub(crate) fn seconds(duration: Duration) -> String {
    let tenths = duration.as_millis() / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

fn flush() {
    // A closed pipe shows at the next line printed; here it is of no matter.
    drop(io::stdout().flush());
}
