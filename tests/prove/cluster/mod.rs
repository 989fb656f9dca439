//! Two servers over one Postgres: one of them is killed every ten seconds, the database falls over twice, and phones and a
//! desk work on against whichever server answers. Nothing is lost, nothing is there twice, every outbox is empty soon.
//!
//! Processes end by signal 9, those of Postgres as well: it recovers from its log, as after a crash of its machine.

mod house;

use std::{
    sync::{Mutex, MutexGuard},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    Proved,
    asked::Asked,
    crash::{Book, Broken, Company, Server, Shelf, Told, Worker, binary},
    dice::Dice,
};
use house::House;

/// A server is killed so often, or twice in a run that is shorter.
const KILLED_EVERY: Duration = Duration::from_secs(10);
/// Every outbox must be empty so long after the last fault.
const HEALED_WITHIN: Duration = Duration::from_mins(1);
/// How long somebody waits who got no answer from one server before asking another.
const PAUSE: Duration = Duration::from_millis(25);
/// A server that was killed is started again within this time, whatever the database does just now.
const STARTED_WITHIN: Duration = Duration::from_secs(45);

/// What stands between those who break things and those who work.
struct Line {
    state: Mutex<State>,
}

struct State {
    /// Where the two servers are; none for one that is away.
    servers: [Option<std::net::SocketAddr>; 2],
    /// Nothing new is recorded any more.
    closing: bool,
    fault: Option<String>,
    answered: u64,
    cut: u64,
}

impl Line {
    fn new() -> Self {
        let state = State { servers: [None; 2], closing: false, fault: None, answered: 0, cut: 0 };
        Self { state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding the line")
    }

    fn is_broken(&self) -> bool {
        self.state().fault.is_some()
    }

    /// Works against either server until it is over and everything is delivered.
    fn works(&self, mut worker: Worker, mut dice: Dice) -> Proved<Told> {
        loop {
            let (at, closing) = {
                let state = self.state();
                if let Some(fault) = &state.fault {
                    return Err(fault.clone().into());
                }
                (state.servers[usize::from(dice.once_in(2))], state.closing)
            };
            if closing && worker.has_delivered() {
                return Ok(worker.told().clone());
            }
            let Some(at) = at else {
                sleep(PAUSE);
                continue;
            };
            match if closing { worker.delivers(at) } else { worker.turn(at) } {
                Ok(()) => self.state().answered += 1,
                Err(Broken::Line) => {
                    self.state().cut += 1;
                    sleep(PAUSE);
                }
                Err(Broken::Fault(fault)) => {
                    self.state().fault.get_or_insert_with(|| fault.clone());
                    return Err(fault.into());
                }
            }
        }
    }
}

/// What all of it came to.
#[derive(Default)]
struct Sums {
    kills: u64,
    restarts: u64,
}

/// Runs for so many seconds.
pub(crate) fn run(asked: &Asked) -> Proved<String> {
    let house = House::open(&binary()?)?;
    let mut dice = Dice::new(asked.seed);
    let company = Company::found(&house.place()?, &mut dice)?;
    let line = Line::new();
    let begun = Instant::now();
    let mut sums = Sums::default();
    let (told, healed) = std::thread::scope(|scope| {
        let mut working = Vec::new();
        for worker in company.workers {
            let (line, dice) = (&line, Dice::new(dice.next()));
            working.push(scope.spawn(move || line.works(worker, dice)));
        }
        let broke = breaks(&house, &line, Duration::from_secs(asked.much), &mut dice, &mut sums);
        let servers = match broke {
            Ok(servers) => servers,
            Err(why) => {
                line.state().fault.get_or_insert_with(|| why.to_string());
                return Err(why);
            }
        };
        line.state().closing = true;
        let closed = Instant::now();
        while working.iter().any(|worker| !worker.is_finished()) && !line.is_broken() {
            if closed.elapsed() > HEALED_WITHIN {
                let late = format!("an outbox is not empty after {} s", HEALED_WITHIN.as_secs());
                line.state().fault.get_or_insert(late);
            }
            sleep(PAUSE);
        }
        let healed = closed.elapsed();
        let told: Proved<Vec<Told>> =
            working.into_iter().map(|worker| worker.join().map_err(|_| "a worker panicked")?).collect();
        drop(servers);
        Proved::Ok((told?, healed))
    })?;
    let checked = house.book().check(&told)?;
    house.said_once(&told)?;
    house.book().verify()?;
    let acknowledged: u64 = told.iter().map(Told::acknowledged).sum();
    let State { answered, cut, .. } = *line.state();
    Ok(format!(
        "{} kills of two servers, {} restarts of Postgres, {answered} requests answered and {cut} cut; {acknowledged} \
         changes acknowledged, 0 lost, 0 twice; {} entries checked; outboxes empty after {:.1} s; {} s",
        sums.kills,
        sums.restarts,
        checked.entries,
        healed.as_secs_f64(),
        begun.elapsed().as_secs(),
    ))
}

/// Kills one server or the other, and Postgres at a third and at two thirds of the time. Both serve at the end.
fn breaks(
    house: &House,
    line: &Line,
    lasts: Duration,
    dice: &mut Dice,
    sums: &mut Sums,
) -> Proved<[Server; 2]> {
    let mut servers = [Some(serving(house.book_of(0))?), Some(serving(house.book_of(1))?)];
    line.state().servers = [0, 1].map(|which: usize| servers[which].as_ref().map(Server::address));
    let begun = Instant::now();
    let every = KILLED_EVERY.min(lasts / 3);
    // A short run has one restart, a long one two.
    let mut restarts: Vec<Duration> =
        if lasts > KILLED_EVERY * 4 { vec![lasts * 2 / 3, lasts / 3] } else { vec![lasts / 2] };
    let mut next_kill = every;
    while begun.elapsed() < lasts {
        if line.is_broken() {
            return Err("see above".into());
        }
        if restarts.last().is_some_and(|at| begun.elapsed() >= *at) {
            restarts.pop();
            house.crash_postgres()?;
            sums.restarts += 1;
        }
        if begun.elapsed() >= next_kill {
            next_kill += every;
            let which = usize::from(dice.once_in(2));
            line.state().servers[which] = None;
            if let Some(server) = servers[which].take() {
                server.kill()?;
                sums.kills += 1;
            }
            let server = serving(house.book_of(which))?;
            line.state().servers[which] = Some(server.address());
            servers[which] = Some(server);
        }
        sleep(PAUSE);
    }
    let [Some(one), Some(two)] = servers else { return Err("a server is away".into()) };
    Ok([one, two])
}

/// A server that serves, tried again while the database is away.
fn serving(book: &Book) -> Proved<Server> {
    let begun = Instant::now();
    loop {
        match Server::serving(book) {
            Ok(server) => return Ok(server),
            Err(why) if begun.elapsed() > STARTED_WITHIN => return Err(why),
            Err(_) => sleep(PAUSE * 8),
        }
    }
}
