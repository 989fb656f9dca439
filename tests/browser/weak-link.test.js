// The weak link itself must do what the stories believe it does.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { afterEach, beforeEach, test } from "node:test";

import { WeakLink } from "./harness/weak-link.js";

let far;
let link;
let arrived;

beforeEach(async () => {
  arrived = [];
  far = createServer(async (incoming, outgoing) => {
    let size = 0;
    try {
      for await (const piece of incoming) size += piece.length;
    } catch {
      return; // cut on its way
    }
    arrived.push(size);
    outgoing.end("x".repeat(5_000));
  });
  far.listen(0, "127.0.0.1");
  await once(far, "listening");
  link = await WeakLink.to(`http://127.0.0.1:${far.address().port}`);
});

afterEach(async () => {
  await link.close();
  far.closeAllConnections();
  far.close();
});

/** Sends a body and returns how many bytes came back, or the error's code. */
function post(path, size) {
  return new Promise((done) => {
    const outgoing = request(link.origin + path, { method: "POST", agent: false }, async (incoming) => {
      let came = 0;
      incoming.on("data", (piece) => (came += piece.length));
      incoming.on("end", () => done(came));
      incoming.on("error", (error) => done(error.code));
    });
    outgoing.on("error", (error) => done(error.code));
    outgoing.end("y".repeat(size));
  });
}

test("a whole link passes everything and counts it", async () => {
  assert.equal(await post("/", 100_000), 5_000);
  assert.deepEqual(arrived, [100_000]);
  assert.ok(link.bytes.request > 100_000 && link.bytes.response > 5_000);
});

test("a request is cut after the given bytes, so many times, then passes", async () => {
  link.cutAfter(4_000, { times: 2 });
  assert.equal(await post("/", 100_000), "ECONNRESET");
  assert.equal(await post("/", 100_000), "ECONNRESET");
  assert.equal(await post("/", 100_000), 5_000);
  assert.equal(link.cuts, 2);
  assert.deepEqual(arrived, [100_000]);
});

test("only the named request is cut", async () => {
  link.cutAfter(1_000, { only: "POST /push" });
  assert.equal(await post("/other", 50_000), 5_000);
  assert.equal(await post("/push", 50_000), "ECONNRESET");
});

test("an answer can be cut after the server has done the work", async () => {
  link.cutAfter(1_000, { direction: "response" });
  assert.equal(await post("/", 10), "ECONNRESET");
  assert.deepEqual(arrived, [10]);
});

test("without signal nothing arrives, and afterwards everything does", async () => {
  link.sever();
  assert.equal(await post("/", 10), "ECONNRESET");
  link.heal();
  assert.equal(await post("/", 10), 5_000);
  assert.deepEqual(arrived, [10]);
});

test("a delay keeps the order", async () => {
  link.delay(20);
  const began = Date.now();
  assert.equal(await post("/", 100_000), 5_000);
  assert.ok(Date.now() - began >= 40, "once there and once back");
});
