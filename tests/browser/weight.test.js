// What a rep's whole day weighs on the line: up and down in one contact, heads included.
// Source: S13, S42, S85, S93.
import assert from "node:assert/strict";
import { test } from "node:test";

import { CARD, COLLECTED, liveAFullDay } from "./harness/full-day.js";
import { House } from "./harness/house.js";

/** What a whole day may weigh in one contact, each way, without photos. */
const LIMIT = 10 * 1024;

const house = House.forAllStories();

test("ten visits, six orders, eight collections and ten card edits weigh at most 10 KB up and 10 KB down", async (context) => {
  const rep = await house.rep(context, "YW-0117");
  const { link } = rep;
  await rep.phone.keepsTheRest();
  await rep.syncs();
  await rep.losesSignal();
  // A page opened in the morning has no access token in the evening: the contact begins with a new one.
  await rep.page.reload();
  await rep.page.locator(".strip").waitFor();
  await liveAFullDay(rep);
  await rep.opens("#/outbox");
  const unsent = rep.page.locator('[data-testid="count-unsent"]');
  assert.equal((await unsent.innerText()).trim(), String(10 + 6 + COLLECTED.length + CARD.length));
  link.bytes.request = link.bytes.response = 0;
  await rep.page.evaluate(() => performance.clearResourceTimings());
  await rep.findsSignal();
  await rep.isDelivered();
  // What is new has come to its last byte: only then does the browser note it.
  await rep.page.waitForFunction(() =>
    performance.getEntriesByType("resource").some(({ name }) => name.includes("/api/v1/pull?")),
  );
  const { request: up, response: down } = link.bytes;
  console.log(`a full day in one contact: ${up} bytes up, ${down} bytes down`);
  assert.ok(up <= LIMIT, `the day took ${up} bytes up`);
  assert.ok(down <= LIMIT, `the day took ${down} bytes down`);
});
