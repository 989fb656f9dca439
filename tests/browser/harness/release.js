// A server that is brought up to date under the phones: the same program, served as a later build of it.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, request as ask } from "node:http";

import { closedAtTheEnd } from "./leftovers.js";

async function whole(message) {
  const all = [];
  for await (const part of message) all.push(part);
  return Buffer.concat(all);
}

/** A section of its own kind changes what a program is called by its content, and nothing that it does. */
const LATER_SECTION = Buffer.concat([Buffer.from([0, 6, 5]), Buffer.from("later")]);

/**
 * Stands before the server on a port of its own; its `origin` is what the phone is given.
 *
 * With `lettingRecordsThrough` false pages come and everything under /api/ breaks off, as behind a gateway that lets
 * through no more than it knows.
 */
export class Release {
  #listener;
  #server;
  #old;
  #sockets = new Set();

  /** The version that phones fetch, by the name of its program. */
  program;
  lettingRecordsThrough = true;

  /** Stands before the server at `origin`; its build is served as it is. */
  static async before(origin) {
    const release = new Release();
    release.#server = new URL(origin);
    release.#listener = createServer((near, answer) => release.#answer(near, answer).catch(() => answer.destroy()));
    release.#listener.on("connection", (socket) => {
      release.#sockets.add(socket);
      socket.on("close", () => release.#sockets.delete(socket));
    });
    closedAtTheEnd(release);
    release.#listener.listen(0, "127.0.0.1");
    await once(release.#listener, "listening");
    release.origin = `http://127.0.0.1:${release.#listener.address().port}`;
    const boot = await (await fetch(`${origin}/app/boot.js`)).text();
    release.program = boot.match(/init\(\{ module_or_path: "\/app\/(field-[0-9a-f]+\.wasm)"/)[1];
    return release;
  }

  /** From now on a later build is served: another program, and pages that name it. The older one is gone. */
  async bringsLater() {
    this.#old = this.program;
    const bytes = Buffer.from(await (await fetch(new URL(`/app/${this.#old}`, this.#server))).arrayBuffer());
    const later = Buffer.concat([bytes, LATER_SECTION]);
    const hash = createHash("sha256").update(later).digest("hex").slice(0, 16);
    this.program = `field-${hash}.wasm`;
  }

  async close() {
    if (!this.#listener?.listening) return;
    const closed = once(this.#listener, "close");
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #answer(near, answer) {
    if (near.url.startsWith("/api/") && !this.lettingRecordsThrough) {
      near.socket.destroy();
      return;
    }
    const later = this.#old && near.url.startsWith("/app/");
    const path = later ? near.url.replace(this.program, this.#old) : near.url;
    if (later && path === near.url && near.url.includes(this.#old)) {
      answer.writeHead(404).end();
      return;
    }
    const headers = { ...near.headers };
    if (later) {
      // A changed file is not what the server would compare with.
      for (const name of ["if-none-match", "if-modified-since"]) delete headers[name];
      headers["accept-encoding"] = "identity";
    }
    const { port, hostname } = this.#server;
    const far = ask({ port, hostname, path, method: near.method, headers });
    far.on("error", () => answer.destroy());
    near.pipe(far);
    const [said] = await once(far, "response");
    if (!later) {
      answer.writeHead(said.statusCode, said.rawHeaders);
      said.pipe(answer);
      return;
    }
    const body = this.#asLater(path, await whole(said));
    const kept = Object.entries(said.headers).filter(([name]) => !["etag", "content-length", "transfer-encoding"].includes(name));
    answer.writeHead(said.statusCode, Object.fromEntries(kept)).end(body);
  }

  #asLater(path, body) {
    if (path.endsWith(".wasm")) return path.includes(this.#old) ? Buffer.concat([body, LATER_SECTION]) : body;
    if (!/\.js$|\.html$|\/app\/$/.test(path)) return body;
    const text = body.toString("utf8").replaceAll(this.#old, this.program);
    // A worker's version is made of all its files.
    return text.replace(/(VERSION = ")[0-9a-f]+/, `$1${this.program.slice(6, 22)}`);
  }
}
