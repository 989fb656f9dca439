// The server the stories run against stands before any story does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Server } from "./harness/server.js";

let server;
before(async () => {
  server = await Server.fresh();
});
after(() => server?.close());

test("the server answers that it is healthy", async () => {
  const answer = await fetch(`${server.origin}/healthz`);
  assert.equal(answer.status, 200);
});
