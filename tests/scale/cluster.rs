//! Servers, feed locks and databases as queues: who waits how long behind whom.
//!
//! A request waits for a core of any server. A push then waits for its company's feed lock: whoever gets it takes along
//! what has come for the same company meanwhile (group commit), up to the hub's own limits. The group needs a core of the
//! database while it is judged and written, and the lock until its commit is durable.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
};

use server::hub::QueueLimits;

use crate::{
    day::{Asks, What},
    figures::{Costs, Micros},
};

/// What stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cluster {
    /// Cores of all servers together.
    pub(crate) server_cores: usize,
    /// Cores of the database; one writer where it is a file.
    pub(crate) database_cores: usize,
}

/// Load is looked at in slices of this length.
pub(crate) const SLICE: Micros = 300_000_000;

/// How it went.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    /// From asking to the answer, network apart, sorted.
    pub(crate) pushes: Vec<Micros>,
    pub(crate) pulls: Vec<Micros>,
    /// The share of its busiest slice in which it worked: servers, database, the busiest company's feed lock.
    pub(crate) servers: f64,
    pub(crate) database: f64,
    pub(crate) lock: f64,
    /// The most changes of a second, over the busiest slice.
    pub(crate) changes: f64,
    /// Bytes a second in the busiest slice, in and out.
    pub(crate) bytes_in: f64,
    pub(crate) bytes_out: f64,
    /// All changes of the day.
    pub(crate) day: u64,
}

impl Outcome {
    /// The time within which so many of a hundred have their answer.
    pub(crate) fn percentile(sorted: &[Micros], percent: usize) -> Micros {
        let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(at).copied().unwrap_or(0)
    }
}

/// How much of each slice something worked.
#[derive(Default)]
struct Busy(BTreeMap<Micros, f64>);

impl Busy {
    fn add(&mut self, at: Micros, much: f64) {
        *self.0.entry(at / SLICE).or_default() += much;
    }

    fn most(&self) -> f64 {
        self.0.values().fold(0.0, |most, much| most.max(*much))
    }
}

/// The least cores for which the busiest slice stays below this share.
pub(crate) const COMFORT: f64 = 0.6;

impl Costs {
    /// What a request costs the servers.
    fn of(&self, what: What) -> f64 {
        match what {
            What::Push(changes) => self.request + f64::from(changes) * self.change,
            What::Pull(entries) => self.request + f64::from(entries) * self.entry,
            What::FirstSync => self.request + self.first_sync,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "times of a day fit, and none is negative"
)]
fn micros(time: f64) -> Micros {
    time.ceil() as Micros
}

/// The cores that this day needs in its busiest slice.
#[expect(clippy::cast_precision_loss, reason = "a slice is a small number")]
pub(crate) fn needed(day: &[Asks], costs: &Costs) -> Cluster {
    let (mut servers, mut database) = (Busy::default(), Busy::default());
    for asked in day {
        servers.add(asked.at, costs.of(asked.what));
        if let What::Push(changes) = asked.what {
            database.add(asked.at, f64::from(changes) * costs.locked + costs.commit);
        }
    }
    let cores = |busy: &Busy| micros(busy.most() / (SLICE as f64 * COMFORT)).max(1);
    let database_cores = if costs.one_writer { 1 } else { cores(&database) };
    let count = |cores: u64| usize::try_from(cores).unwrap_or(usize::MAX);
    Cluster { server_cores: count(cores(&servers)).max(2), database_cores: count(database_cores) }
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    /// A core of the database is free again.
    Core,
    /// A company's group is durable.
    Durable(u32),
    /// A push has left its server and waits for the lock.
    Arrives(usize),
}

#[derive(Default)]
struct Lock {
    waiting: VecDeque<usize>,
    /// Those whose commit is on its way.
    group: Vec<usize>,
    wants: bool,
    busy: Busy,
}

/// Plays a day.
#[expect(clippy::cast_precision_loss, reason = "times and counts of a day are far below what a float holds")]
pub(crate) fn play(day: &[Asks], costs: &Costs, cluster: Cluster) -> Outcome {
    let mut outcome = Outcome::default();
    let (left, servers) = through_the_servers(day, costs, cluster.server_cores, &mut outcome);
    let mut playing = Playing {
        day,
        costs,
        locks: BTreeMap::new(),
        events: BinaryHeap::new(),
        idle: cluster.database_cores,
        wanting: VecDeque::new(),
        database: Busy::default(),
    };
    for (push, at) in &left {
        playing.events.push(Reverse((*at, Next::Arrives(*push))));
    }
    playing.run(&mut outcome);
    let (mut changes, mut bytes_in, mut bytes_out) = (Busy::default(), Busy::default(), Busy::default());
    for asked in day {
        match asked.what {
            What::Push(many) => {
                changes.add(asked.at, many.into());
                bytes_in.add(asked.at, f64::from(many) * costs.push_bytes);
                outcome.day += u64::from(many);
            }
            What::Pull(entries) => bytes_out.add(asked.at, f64::from(entries) * costs.pull_bytes),
            What::FirstSync => bytes_out.add(asked.at, 52_000.0 * costs.pull_bytes),
        }
    }
    let slice = SLICE as f64;
    let seconds = slice / 1e6;
    outcome.servers = servers.most() / (slice * cluster.server_cores as f64);
    outcome.database = playing.database.most() / (slice * cluster.database_cores as f64);
    outcome.lock = playing.locks.values().map(|lock| lock.busy.most() / slice).fold(0.0, f64::max);
    outcome.changes = changes.most() / seconds;
    (outcome.bytes_in, outcome.bytes_out) = (bytes_in.most() / seconds, bytes_out.most() / seconds);
    outcome.pushes.sort_unstable();
    outcome.pulls.sort_unstable();
    outcome
}

/// Each request takes the core that is free first. When each push leaves its server.
fn through_the_servers(
    day: &[Asks],
    costs: &Costs,
    cores: usize,
    outcome: &mut Outcome,
) -> (Vec<(usize, Micros)>, Busy) {
    let mut free: BinaryHeap<Reverse<Micros>> = (0..cores.max(1)).map(|_| Reverse(0)).collect();
    let (mut left, mut busy) = (Vec::new(), Busy::default());
    for (index, asked) in day.iter().enumerate() {
        let Reverse(first) = free.pop().expect("there is a core");
        let cost = costs.of(asked.what);
        let begins = first.max(asked.at);
        let ends = begins + micros(cost);
        free.push(Reverse(ends));
        busy.add(begins, cost);
        match asked.what {
            What::Push(_) => left.push((index, ends)),
            What::Pull(_) | What::FirstSync => outcome.pulls.push(ends - asked.at),
        }
    }
    (left, busy)
}

struct Playing<'d> {
    day: &'d [Asks],
    costs: &'d Costs,
    locks: BTreeMap<u32, Lock>,
    events: BinaryHeap<Reverse<(Micros, Next)>>,
    /// Cores of the database that have nothing to do.
    idle: usize,
    /// Companies whose group waits for one.
    wanting: VecDeque<u32>,
    database: Busy,
}

impl Playing<'_> {
    fn run(&mut self, outcome: &mut Outcome) {
        while let Some(Reverse((now, next))) = self.events.pop() {
            match next {
                Next::Core => self.idle += 1,
                Next::Durable(company) => {
                    let lock = self.locks.entry(company).or_default();
                    for push in lock.group.drain(..) {
                        outcome.pushes.push(now - self.day[push].at);
                    }
                    if lock.waiting.is_empty() {
                        lock.wants = false;
                    } else {
                        self.wanting.push_back(company);
                    }
                }
                Next::Arrives(push) => {
                    let company = self.day[push].company;
                    let lock = self.locks.entry(company).or_default();
                    lock.waiting.push_back(push);
                    if !lock.wants {
                        lock.wants = true;
                        self.wanting.push_back(company);
                    }
                }
            }
            while self.idle > 0
                && let Some(company) = self.wanting.pop_front()
            {
                self.begins(company, now);
            }
        }
    }

    /// A group gets its core: as many as wait, within the hub's limits.
    #[expect(clippy::cast_precision_loss, reason = "a group is a small number")]
    fn begins(&mut self, company: u32, now: Micros) {
        let limits = QueueLimits::default();
        let lock = self.locks.entry(company).or_default();
        let mut changes = 0;
        while lock.group.len() < limits.group
            && (lock.group.is_empty() || changes < limits.changes)
            && let Some(push) = lock.waiting.pop_front()
        {
            if let What::Push(many) = self.day[push].what {
                changes += usize::try_from(many).unwrap_or(usize::MAX);
            }
            lock.group.push(push);
        }
        let works = changes as f64 * self.costs.locked;
        let (held, core) = (
            works + self.costs.commit,
            if self.costs.one_writer { works + self.costs.commit } else { works },
        );
        self.idle -= 1;
        lock.busy.add(now, held);
        self.database.add(now, core);
        self.events.push(Reverse((now + micros(core), Next::Core)));
        self.events.push(Reverse((now + micros(held), Next::Durable(company))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        day,
        figures::{Figures, SAMPLE},
    };

    fn costs() -> Costs {
        Figures::read(SAMPLE).expect("a whole file").sqlite.expect("it was measured")
    }

    /// A queue whose answer is known from theory: arrivals at random, one core, every request alike (M/D/1).
    #[test]
    fn waiting_is_what_theory_says_of_it() {
        let costs = Costs { request: 0.0, entry: 100.0, ..costs() };
        let mut dice = crate::dice::Dice::new(3);
        let (mut at, mut day) = (0, Vec::new());
        for _ in 0..200_000 {
            // Exponential, with a mean of 1,000 µs, by its own inverse; each takes 800.
            #[expect(clippy::cast_precision_loss, reason = "a draw in 2^20")]
            let draw = (dice.below(1 << 20) as f64 + 1.0) / f64::from(1 << 20);
            at += micros(-draw.ln() * 1_000.0);
            day.push(Asks { at, company: 0, what: What::Pull(8) });
        }
        let outcome = play(&day, &costs, Cluster { server_cores: 1, database_cores: 1 });
        #[expect(clippy::cast_precision_loss, reason = "a mean")]
        let mean = outcome.pulls.iter().sum::<u64>() as f64 / 200_000.0 - 800.0;
        let theory = 0.8 / (2.0 * 0.2) * 800.0;
        assert!((mean / theory - 1.0).abs() < 0.05, "{mean} µs, by theory {theory}");
    }

    #[test]
    fn every_push_is_answered_once_and_the_same_day_goes_the_same() {
        let asks = day::usual(&[3_000, 200], 4, 5);
        let cluster = needed(&asks, &costs());
        let outcome = play(&asks, &costs(), cluster);
        let pushes = asks.iter().filter(|asked| matches!(asked.what, What::Push(_))).count();
        assert_eq!((outcome.pushes.len(), outcome.pulls.len()), (pushes, asks.len() - pushes));
        assert_eq!(outcome, play(&asks, &costs(), cluster));
    }

    #[test]
    fn pushes_that_come_together_share_a_commit_and_those_of_two_companies_do_not() {
        let cluster = Cluster { server_cores: 64, database_cores: 64 };
        let costs = Costs { one_writer: false, ..costs() };
        let at_once = |companies: u32| {
            let push = |push: u32| Asks { at: 1, company: push % companies, what: What::Push(1) };
            let day: Vec<Asks> = (0..64).map(push).collect();
            *play(&day, &costs, cluster).pushes.last().expect("all are answered")
        };
        // The first takes the lock alone, the others share the next transaction.
        assert_eq!(at_once(1), 190 + (50 + 400) + (63 * 50 + 400));
        assert_eq!(at_once(64), 190 + (50 + 400));
    }

    #[test]
    fn one_writer_is_shared_by_all_companies() {
        let push = |company: u32| Asks { at: 1, company, what: What::Push(1) };
        let day = [push(0), push(1)];
        let cluster = Cluster { server_cores: 2, database_cores: 1 };
        assert_eq!(play(&day, &costs(), cluster).pushes, [190 + 450, 190 + 900]);
    }
}
