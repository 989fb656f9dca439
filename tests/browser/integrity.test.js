// What does not fit about a phone's log, as the office sees it, and the log as a file that checks by itself.
// Source: S78, S92.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import { House } from "./harness/house.js";
import { SERVER } from "./harness/places.js";
import { isAccessible, picture } from "./harness/screen.js";

const run = promisify(execFile);

const house = House.forAllStories();

test("a phone's log is taken out, and checks offline with the company's key while the office goes on", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/devices?sort=-seen");
  await head.rows("list-devices").first().click();
  const [file] = await Promise.all([head.page.waitForEvent("download"), head.at("take-log").click()]);
  assert.match(file.suggestedFilename(), /^fieldbook-\d{2,}-\d{4}-\d{2}-\d{2}\.fieldbooklog$/);
  const book = await run(SERVER, ["verify", "--data", house.server.data]);
  const key = /public key +([0-9a-f]{64})/.exec(book.stdout)[1];
  const said = await run(SERVER, ["verify", await file.path(), "--hub-key", key]);
  assert.match(said.stdout, /everything holds/);
  const wrong = run(SERVER, ["verify", await file.path(), "--hub-key", key.replace(/./g, "0")]);
  await assert.rejects(wrong, (error) => /FINDING wrong key/.test(error.stdout));
});

test("two logs under one number stand out on the overview and the list, with what was put aside below", async (context) => {
  const head = await house.desk(context, "XS-0001");
  const at = new Date().toISOString();
  // The server's own answers, with what it would say of the first phone had its log split.
  let device;
  await head.page.route(/\/api\/v1\/devices\?/, async (route) => {
    const answer = await route.fetch();
    const list = await answer.json();
    device ??= list.rows[0]?.id;
    for (const row of list.rows.filter((row) => row.id === device)) {
      Object.assign(row, { trouble: { code: "fork", seq: 12, since: at, last: at }, aside: 1 });
    }
    await route.fulfill({ response: answer, json: list });
  });
  await head.page.route(/\/aside$/, async (route) => {
    const by = { id: device, name: "马师傅" };
    const content = { op: "visit-recorded", said: "另一家", met: "老板" };
    const row = { seq: 12, at, claimed: at, by, kind: "visit-recorded", content, customer: null, hash: "ab".repeat(32) };
    await route.fulfill({ json: { total: 1, rows: [row] } });
  });
  // The overview was read before the answers above were laid in its way.
  await head.opens("#/customers");
  await head.opens("#/");
  await head.page.getByText("同一编号有两种说法").first().waitFor();
  await head.opens("#/devices?status=active");
  await head.rows("list-devices").filter({ hasText: "同一编号有两种说法" }).first().click();
  await head.at("trouble-next").waitFor();
  await head.at("see-aside").click();
  await head.at("aside").getByText("另一家").waitFor();
  await isAccessible(head.page, "a phone whose log splits");
  await picture(head.page, "office-integrity");
});
