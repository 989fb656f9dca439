// A phone whose first sync is killed half way goes on at the break, and its rep need not wait for the end of it.
// Source: S79, S93. Figure R6: after a kill at most 256 KB are fetched again.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Clerk } from "./harness/desk.js";
import { House } from "./harness/house.js";
import { by, isAccessible, picture } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const NUMBER = "YW-0101";
const KB = 1024;
// What one kill may cost, by R6.
const AGAIN = 256 * KB;
// What an opening page asks for besides its book: its session, whether it is the newest version.
const OPENING = 64 * KB;

const house = House.forAllStories(takesOverEverything);

/** One rep takes over every customer of the company: a book of many chunks. */
async function takesOverEverything() {
  const head = await Clerk.signsIn(house.origin, "XS-0001", PASSWORD);
  const { rows: staff } = await head.reads(`/staff?q=${NUMBER}`);
  const [{ id: owner }] = staff;
  const customers = [];
  for (let page = 1, total = 1; customers.length < total; page += 1) {
    const list = await head.reads(`/customers?per_page=100&page=${page}`);
    total = list.total;
    customers.push(...list.rows.map(({ id }) => id));
  }
  for (const customer of customers) await head.commands({ op: "owner-set", customer, owner, replaces: [] });
}

/** How much has come, in kilobytes, and of how much; how many customers are here. */
async function told(rep) {
  const words = await rep.page.locator(by("first-bytes")).innerText();
  const [came, whole, here] = words.match(/[\d,]+/g).map((figures) => Number(figures.replaceAll(",", "")));
  return { came, whole, here };
}

/** Waits until so many per cent have come. */
function hasCome(rep, percent) {
  return rep.page.waitForFunction(
    ([selector, percent]) => parseInt(document.querySelector(selector)?.textContent ?? "0") >= percent,
    [by("first-percent"), percent],
  );
}

/** The page dies as it stands, without a chance to write anything. */
async function isKilled(rep) {
  const session = await rep.phone.context.newCDPSession(rep.page);
  await Promise.race([session.send("Page.crash").catch(() => {}), rep.page.waitForEvent("crash")]);
  await rep.phone.reopen();
}

test("a first sync that is killed half way over a weak link goes on at the break, and a visit is recorded meanwhile", async (context) => {
  const rep = await house.arrives(context);
  const { link } = rep;
  await rep.phone.readyForOffline();
  // Every connection breaks after a while, and whatever passes takes its time.
  link.delay(60);
  link.cutAfter(200 * KB, { direction: "response", times: 8 });
  await rep.page.locator(by("sign-in-number")).fill(NUMBER);
  await rep.page.locator(by("sign-in-password")).fill(PASSWORD);
  await rep.page.locator(by("sign-in")).click();
  await hasCome(rep, 35);
  await rep.losesSignal();
  await picture(rep.page, "first-sync");
  await isAccessible(rep.page, "first sync");
  const { came, whole, here } = await told(rep);
  assert.ok(came > 0 && came < whole && here > 0, `${came} of ${whole} KB, ${here} customers`);

  await isKilled(rep);
  await rep.phone.context.setOffline(true);
  await rep.page.goto("/app/");
  await rep.page.locator(by("first-percent")).waitFor();
  assert.deepEqual(await told(rep), { came, whole, here }, "what had come is here");
  // Only what is whole is shown, and that can be worked with: no signal, no waiting.
  const customers = await rep.customers();
  await rep.page.locator(".banner").filter({ hasText: "客户还在取" }).waitFor();
  assert.ok(customers.length <= here, `${customers.length} rows of ${here} customers that are whole`);
  await rep.visits(customers[0], "首次取数途中记的");
  await rep.opens("#/");
  await rep.page.locator(by("first-percent")).waitFor();

  const before = link.bytes.response;
  await rep.findsSignal();
  await rep.page.locator(by("first-percent")).waitFor({ state: "detached" });
  const since = link.bytes.response - before;
  const missing = (whole - came) * KB;
  assert.ok(since <= missing + AGAIN + OPENING, `${since} bytes came for the missing ${missing}`);
  assert.ok(since >= missing - KB, `${since} bytes cannot be the missing ${missing}`);
  await rep.isDelivered();
  await rep.syncs();
  const there = await (await Clerk.signsIn(house.origin, NUMBER, PASSWORD)).reads("/digest");
  assert.deepEqual(await rep.digest(), { position: there.position, hex: there.state });
  const head = await Clerk.signsIn(house.origin, "XS-0001", PASSWORD);
  const found = await head.reads(`/visits?q=${encodeURIComponent("首次取数途中记的")}`);
  assert.equal(found.total, 1);
});
