// What the same browser needs at least: a page that puts the same bytes away, compiles the same program, stores one record.
import { once } from "node:events";
import { createServer } from "node:http";
import { brotliCompressSync, constants } from "node:zlib";

import { Device } from "../harness/browser.js";

/** A record is about as long as a visit that is sealed. */
const RECORD_BYTES = 600;

const PAGE = '<!doctype html><meta charset="utf-8"><title>limit</title><p id="word"></p><script type="module" src="/page.js"></script>';

/** Compiles what the phone's start compiles, and says so. */
const SCRIPT = (programs) => `
const all = ${JSON.stringify(programs)};
await Promise.all(all.map((program) => WebAssembly.compileStreaming(fetch(program))));
document.getElementById("word").textContent = "ready";
window.ready = performance.now();
navigator.serviceWorker.register("/sw.js");
`;

/** A worker that gives out what it has put aside, as the phone's does. */
const WORKER = (files) => `
self.addEventListener("install", (event) =>
  event.waitUntil(caches.open("limit").then((cache) => cache.addAll(${JSON.stringify(files)})).then(() => self.skipWaiting())),
);
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) =>
  event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request))),
);
`;

/** A page beside the product, in a browser of its own. */
export class Limit {
  #server;
  #device;
  #pieces;

  /** Serves these pieces of a book and these programs. */
  static async of(pieces, programs) {
    const limit = new Limit();
    limit.#pieces = pieces.length;
    const packed = (bytes, quality) =>
      brotliCompressSync(Buffer.from(bytes), { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
    const files = new Map();
    const wasm = programs.map((_, at) => `/program-${at}.wasm`);
    const file = (path, type, bytes, quality) => files.set(path, { type, bytes: packed(bytes, quality) });
    file("/", "text/html", PAGE, 5);
    file("/page.js", "text/javascript", SCRIPT(wasm), 5);
    file("/sw.js", "text/javascript", WORKER(["/", "/page.js", ...wasm]), 5);
    programs.forEach((bytes, at) => file(wasm[at], "application/wasm", bytes, 9));
    pieces.forEach((bytes, at) => file(`/piece-${at}`, "application/octet-stream", bytes, 5));
    limit.#server = createServer((request, answer) => {
      const found = files.get(new URL(request.url, "http://limit").pathname);
      if (!found) return answer.writeHead(404).end();
      answer.writeHead(200, { "content-type": found.type, "content-encoding": "br", "cache-control": "no-cache" });
      answer.end(found.bytes);
    });
    limit.#server.listen(0, "127.0.0.1");
    await once(limit.#server, "listening");
    limit.#device = await Device.phone(`http://127.0.0.1:${limit.#server.address().port}`);
    await limit.#device.visits("/");
    await limit.#device.readyForOffline();
    return limit;
  }

  get #page() {
    return this.#device.page;
  }

  /** Fetches one piece after the other, and puts each away for good before it asks for the next. */
  async putsAway() {
    return this.#page.evaluate(async (pieces) => {
      const done = (request, name = "onsuccess") =>
        new Promise((tell, fail) => {
          request[name] = () => tell(request.result);
          request.onerror = () => fail(request.error);
        });
      await done(indexedDB.deleteDatabase("limit"));
      const opening = indexedDB.open("limit");
      opening.onupgradeneeded = () => opening.result.createObjectStore("pieces");
      const db = await done(opening);
      const begun = performance.now();
      for (let at = 0; at < pieces; at += 1) {
        const bytes = new Uint8Array(await (await fetch(`/piece-${at}`)).arrayBuffer());
        const transaction = db.transaction("pieces", "readwrite", { durability: "strict" });
        transaction.objectStore("pieces").put(bytes, at);
        await done(transaction, "oncomplete");
      }
      const took = performance.now() - begun;
      db.close();
      return took;
    }, this.#pieces);
  }

  /** Opens the page in a browser that was closed; until the programs are compiled. */
  async starts(prepared) {
    await this.#device.reopen();
    await prepared(this.#page);
    await this.#page.goto("/");
    await this.#page.waitForFunction(() => window.ready);
    return this.#page.evaluate(() => window.ready);
  }

  /** Stores records one by one, each durable before the next; how long each took. */
  async saves(count, prepared) {
    await prepared(this.#page);
    return this.#page.evaluate(
      async ([count, bytes]) => {
        const done = (request, name = "onsuccess") => new Promise((tell) => (request[name] = () => tell(request.result)));
        const opening = indexedDB.open("saves");
        opening.onupgradeneeded = () => opening.result.createObjectStore("log");
        const db = await done(opening);
        const took = [];
        for (let at = 0; at < count; at += 1) {
          const begun = performance.now();
          const transaction = db.transaction("log", "readwrite", { durability: "strict" });
          transaction.objectStore("log").add(new Uint8Array(bytes).fill(at), at);
          transaction.commit?.();
          await done(transaction, "oncomplete");
          took.push(performance.now() - begun);
        }
        return took;
      },
      [count, RECORD_BYTES],
    );
  }

  async close() {
    await this.#device.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
