//! What stands between whoever kills the server and those who work against it.

use std::{
    net::SocketAddr,
    sync::{Condvar, Mutex, MutexGuard},
    time::Duration,
};

use super::worker::Told;
use crate::Proved;

/// How long anything may take before the run is given up.
const PATIENCE: Duration = Duration::from_mins(3);

/// Where the server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Down,
    Up(SocketAddr),
    Over,
}

struct State {
    standing: Standing,
    /// How many servers have been there so far.
    life: u64,
    /// How many workers have heard that the server is gone, and wait.
    resting: usize,
    /// Requests answered in this life.
    answered: u64,
    /// Requests that got no answer.
    cut: u64,
    /// What each worker had been told when it last rested.
    told: Vec<Told>,
    /// What a worker found that must not be.
    fault: Option<String>,
}

/// The line to the server.
pub(crate) struct Line {
    workers: usize,
    state: Mutex<State>,
    changed: Condvar,
}

impl Line {
    pub(crate) fn new(workers: usize) -> Self {
        let state = State {
            standing: Standing::Down,
            life: 0,
            resting: 0,
            answered: 0,
            cut: 0,
            told: Vec::new(),
            fault: None,
        };
        Self { workers, state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding the line")
    }

    fn set(&self, standing: Standing) {
        let mut state = self.state();
        if let Standing::Up(_) = standing {
            state.life += 1;
            state.answered = 0;
            state.told.clear();
        }
        state.standing = standing;
        self.changed.notify_all();
    }

    /// A server is there.
    pub(crate) fn up(&self, at: SocketAddr) {
        self.set(Standing::Up(at));
    }

    /// It is gone.
    pub(crate) fn down(&self) {
        self.set(Standing::Down);
    }

    /// There will be no other.
    pub(crate) fn over(&self) {
        self.set(Standing::Over);
    }

    /// Requests that got no answer.
    pub(crate) fn cut(&self) -> u64 {
        self.state().cut
    }

    fn waits(&self, until: impl Fn(&State) -> bool) -> Proved<MutexGuard<'_, State>> {
        let goes_on = |state: &mut State| !until(state) && state.fault.is_none();
        let waited = self.changed.wait_timeout_while(self.state(), PATIENCE, goes_on);
        let (state, timeout) = waited.map_err(|_| "somebody panicked while holding the line")?;
        if let Some(fault) = &state.fault {
            return Err(fault.clone().into());
        }
        if timeout.timed_out() { Err("the server and its phones are stuck".into()) } else { Ok(state) }
    }

    /// Waits until so many requests of this life have been answered.
    pub(crate) fn wait_for(&self, answered: u64) -> Proved<()> {
        self.waits(|state| state.answered >= answered).map(drop)
    }

    /// What everybody had been told, once all of them rest.
    pub(crate) fn told(&self) -> Proved<Vec<Told>> {
        let state = self.waits(|state| state.resting == self.workers)?;
        Ok(state.told.clone())
    }

    /// A request was answered.
    pub(crate) fn answered(&self) {
        self.state().answered += 1;
        self.changed.notify_all();
    }

    /// A worker found something that must not be.
    pub(crate) fn fault(&self, fault: String) {
        self.state().fault.get_or_insert(fault);
        self.changed.notify_all();
    }

    /// Rests until there is another server than that of `life`, which gave no answer any more. `None`: it is over.
    pub(crate) fn another(&self, life: u64, told: &Told) -> Option<(u64, SocketAddr)> {
        let mut state = self.state();
        state.cut += u64::from(life > 0);
        state.resting += 1;
        state.told.push(told.clone());
        self.changed.notify_all();
        let waits = |state: &mut State| {
            let Standing::Up(_) = state.standing else { return state.standing == Standing::Down };
            state.life == life
        };
        let mut state = self.changed.wait_while(state, waits).expect("nobody panics while holding the line");
        state.resting -= 1;
        match state.standing {
            Standing::Up(at) => Some((state.life, at)),
            _ => None,
        }
    }
}
