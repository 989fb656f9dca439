// The real server on a free port of loopback, over a demo company of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { closedAtTheEnd } from "./leftovers.js";
import { OUTPUT, SERVER, TEMPLATES } from "./places.js";

/** The password of every sign-in of the demo company. */
export const PASSWORD = "fieldbook-demo";

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 10_000;

/** A running server: `origin`, `data`, and ways to stop it or start it again on the same data and port. */
export class Server {
  #process = null;

  constructor(data, port, clock) {
    this.data = data;
    this.port = port;
    this.clock = clock;
    this.origin = `http://127.0.0.1:${port}`;
  }

  /** Starts a server over a fresh copy of the demo company; where a moment is given, the company and its clock are of then. */
  static async fresh(clock) {
    const data = await mkdtemp(join(tmpdir(), "fieldbook-"));
    await cp(await template(clock), data, { recursive: true });
    const server = new Server(data, await freePort(), clock);
    closedAtTheEnd(server);
    await server.start();
    return server;
  }

  /** Starts it, and returns once it says it is healthy. */
  async start() {
    const log = createWriteStream(join(OUTPUT, `server-${basename(this.data)}.log`), { flags: "a" });
    const child = spawn(SERVER, ["serve", "--data", this.data, "--listen", `127.0.0.1:${this.port}`], {
      stdio: ["ignore", "pipe", "pipe"],
      env: surroundings(this.clock),
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#process = child;
    const gone = once(child, "exit").then(([code, signal]) => {
      throw new Error(`the server ended with ${code ?? signal} before it was healthy; see ${log.path}`);
    });
    gone.catch(() => {});
    await Promise.race([gone, untilHealthy(this.origin)]);
  }

  /** Runs another command of the program on the same data. */
  async runs(command, ...rest) {
    const child = spawn(SERVER, [command, ...rest, "--data", this.data], { stdio: ["ignore", "ignore", "inherit"] });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`fieldbook ${[command, ...rest].join(" ")} ended with ${code}`);
  }

  /** Stops it in good order. */
  async stop() {
    await end(this.#process, "SIGTERM");
  }

  /** Ends it without warning, as a power cut would. */
  async crash() {
    await end(this.#process, "SIGKILL");
  }

  /** Stops it and removes its data. */
  async close() {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }

  /** The demo company's sign-ins, as the server wrote them down. */
  signIns() {
    return readFile(join(this.data, "demo-sign-ins.txt"), "utf8");
  }
}

/** What stands around the program: the clock of a story, where it has one. */
const surroundings = (clock) => (clock ? { ...process.env, FIELDBOOK_STORY_CLOCK_MS: String(clock) } : process.env);

async function untilHealthy(origin) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`${origin}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(25);
  }
  throw new Error(`${origin}/healthz did not answer within ${START_LIMIT_MS / 1000} s`);
}

async function end(child, signal) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(late);
}

/** The folder of a demo company, made once for each build of the server. */
async function template(clock) {
  const { mtimeMs, size } = await stat(SERVER);
  const place = join(TEMPLATES, `demo-${size}-${Math.trunc(mtimeMs)}${clock ? `-${clock}` : ""}`);
  if (await exists(place)) return place;
  await mkdir(TEMPLATES, { recursive: true });
  const draft = await mkdtemp(join(TEMPLATES, "draft-"));
  const making = spawn(SERVER, ["init", "--demo", "--data", draft], {
    stdio: ["ignore", "ignore", "inherit"],
    env: surroundings(clock),
  });
  const [code] = await once(making, "exit");
  if (code !== 0) throw new Error(`fieldbook init --demo ended with ${code}`);
  // Another test file may have been quicker: its company is as good.
  await rename(draft, place).catch(() => rm(draft, { recursive: true, force: true }));
  return place;
}

const exists = (path) => stat(path).then(() => true, () => false);

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
