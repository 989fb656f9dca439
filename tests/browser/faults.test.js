// Lines that break in every way a line breaks, between a real phone and the real server: nothing is lost, nothing counts
// twice, nothing sticks, and the strip says meanwhile how things stand.
// Source: S13, S93.
import assert from "node:assert/strict";
import { test } from "node:test";

import { FaultProxy } from "./harness/fault-proxy.js";
import { liveAFullDay } from "./harness/full-day.js";
import { assertContent, House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { Interface } from "./harness/office.js";
import { Rep } from "./harness/rep.js";
import { by } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const PUSH = "POST /api/v1/push";

/** Longer than the phone waits for a word of the server. */
const SILENCE_MS = 30_000;

let office;
let phone;
const house = House.forAllStories(async () => {
  office = await Interface.signsIn(house.origin, "XS-0001");
  phone = await aPhone("YW-0102");
  // Whoever waits for the phone's patience to end need not wait himself.
  await phone.rep.page.clock.install();
});

/** A rep behind a line that can be broken. */
async function aPhone(number) {
  const proxy = await FaultProxy.to(house.origin);
  const rep = await Rep.signsIn(proxy.origin, { number, password: PASSWORD });
  const customers = await rep.customers();
  return { rep, proxy, number, customers };
}

/** The phone with a visit and a collection unsent, whatever the story before has left. */
async function aDayUnsent(name) {
  const { rep, proxy, customers } = phone;
  proxy.heal();
  await findsTheLine(rep);
  await rep.isDelivered();
  await rep.phone.context.setOffline(true);
  const said = `线路不好的一天，${name}`;
  await rep.visits(customers[0], said);
  const [receipt] = (await rep.collects(customers[0], "12.34")).match(/SK-\d+-\d+/);
  await rep.opens("#/outbox");
  await shows(rep, by("count-unsent"), /^2$/);
  return { ...phone, said, receipt };
}

/** Waits until something on the phone reads like this. */
async function shows(rep, selector, words) {
  const limit = { polling: 50, timeout: 30_000 };
  const read = ([selector, source]) => new RegExp(source).test(document.querySelector(selector)?.textContent?.trim() ?? "");
  await rep.page.waitForFunction(read, [selector, words.source], limit).catch(async (error) => {
    const now = await rep.page.locator(selector).first().innerText().catch(() => "nothing");
    throw new Error(`${selector} should read ${words}, and reads: ${now}`, { cause: error });
  });
}

const strip = (rep, words) => shows(rep, ".strip", words);

/** The signal is there, as the browser sees it; the line is as broken as the story wants it. */
const findsTheLine = (rep) => rep.phone.context.setOffline(false);

/** Everything is delivered, and the phone says so. */
async function isInTheBook({ rep }) {
  await rep.page.locator(by("sync-now")).click();
  await shows(rep, by("count-unsent"), /^0$/);
  await strip(rep, /全部已入账/);
  await shows(rep, by("outbox-applied"), /已入账/);
}

/** How often the office has the visit and the receipt. */
async function timesInTheBook({ said, receipt, number }) {
  const staff = (await office.reads(`/staff?q=${number}`)).rows[0].id;
  const count = async (list, words) => {
    const { rows } = await office.reads(`/${list}?staff=${staff}&per_page=200&sort=-at`);
    return rows.filter((row) => JSON.stringify(row).includes(words)).length;
  };
  return [await count("visits", said), await count("collections", receipt)];
}

async function arrivedOnce(day) {
  await isInTheBook(day);
  assert.deepEqual(await timesInTheBook(day), [1, 1]);
  const { conservation } = await office.reads("/summary");
  assert.equal(conservation.quarantined, 0);
  assertContent(day.rep);
}

test("a request that is reset in its middle, again and again, arrives in pieces", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("reset", { only: PUSH, after: 300 });
  await findsTheLine(day.rep);
  await arrivedOnce(day);
  assert.equal(day.proxy.done, 1, "what was reset once is gone on with in pieces");
});

test("an answer that is reset in its middle is asked for again, and nothing counts twice", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("reset", { only: PUSH, direction: "response", after: 20 });
  await findsTheLine(day.rep);
  await arrivedOnce(day);
  assert.ok(day.proxy.done > 0);
});

test("a server that takes everything and never answers is given up on, and the strip says so", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("blackhole", { only: "" });
  await findsTheLine(day.rep);
  await strip(day.rep, /正在发送/);
  await shows(day.rep, by("outbox-unsent"), /发送中/);
  assert.deepEqual(await timesInTheBook(day), [0, 0]);
  await day.rep.page.clock.fastForward(SILENCE_MS);
  await strip(day.rep, /离线 · 2 条未发/);
  day.proxy.heal();
  // What was asked into the hole is waited for once more.
  await day.rep.page.clock.fastForward(SILENCE_MS);
  await arrivedOnce(day);
});

test("when the request arrives and the answer does not, the office has it and the phone does not claim it", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("answer-lost", { only: PUSH });
  await findsTheLine(day.rep);
  await strip(day.rep, /正在发送/);
  await untilInTheBook(day);
  await shows(day.rep, by("count-unsent"), /^2$/);
  day.proxy.heal();
  await day.rep.page.clock.fastForward(SILENCE_MS);
  await arrivedOnce(day);
});

/** Waits until the office has both. */
async function untilInTheBook(day) {
  while ((await timesInTheBook(day)).join() !== "1,1");
}

for (const direction of ["request", "response"]) {
  test(`a line that is half closed on the way of the ${direction} is no end of anything`, async (context) => {
    const day = await aDayUnsent(context.name);
    day.proxy.fault("half-close", { only: PUSH, direction, after: 100, times: 1 });
      await findsTheLine(day.rep);
    await strip(day.rep, /正在发送|离线 · 2 条未发|全部已入账/);
    await day.rep.page.clock.fastForward(SILENCE_MS);
    await arrivedOnce(day);
    assert.equal(day.proxy.done, 1);
  });

  test(`a packed ${direction} that ends too early, and in good order, is not believed`, async (context) => {
    const day = await aDayUnsent(context.name);
    day.proxy.fault("cut-packing", { only: PUSH, direction, times: 1 });
    await findsTheLine(day.rep);
    await arrivedOnce(day);
    assert.equal(day.proxy.done, 1);
  });
}

test("a request at a byte a second is given up on, and comes another time", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("trickle", { only: PUSH });
  await findsTheLine(day.rep);
  await strip(day.rep, /正在发送/);
  await shows(day.rep, by("outbox-unsent"), /发送中/);
  await day.rep.page.clock.fastForward(SILENCE_MS);
  await strip(day.rep, /离线 · 2 条未发/);
  day.proxy.heal();
  await arrivedOnce(day);
});

test("an answer at a byte a second is listened to as long as it comes, and asked for again when it breaks", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("trickle", { only: PUSH, direction: "response" });
  await findsTheLine(day.rep);
  await untilInTheBook(day);
  await day.rep.page.clock.fastForward(SILENCE_MS);
  await strip(day.rep, /正在发送/);
  await shows(day.rep, by("count-unsent"), /^2$/);
  day.proxy.sever();
  day.proxy.heal();
  await arrivedOnce(day);
});

test("a page of the feed whose packing ends too early is not believed either", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("cut-packing", { only: "GET /api/v1/pull", direction: "response", times: 2 });
  await findsTheLine(day.rep);
  await arrivedOnce(day);
  assert.equal(day.proxy.done, 2);
});

test("a request that is brought twice, and once more later, counts once", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("replay", { only: PUSH });
  await findsTheLine(day.rep);
  await arrivedOnce(day);
  day.proxy.heal();
  await day.rep.visits(day.customers[0], "第二天");
  await day.rep.isDelivered();
  assert.ok((await day.proxy.replayAgain()) > 0);
  await day.rep.syncs();
  await arrivedOnce(day);
});

test("a server that is down is told as such at once, and what is recorded meanwhile goes when it is up", async (context) => {
  const day = await aDayUnsent(context.name);
  day.proxy.fault("reset", { only: "" });
  await findsTheLine(day.rep);
  await strip(day.rep, /离线 · 2 条未发/);
  assert.ok(day.proxy.done <= 3, `${day.proxy.done} attempts before it was told`);
  await shows(day.rep, by("outbox-unsent"), /已存本机/);
  day.proxy.heal();
  await arrivedOnce(day);
});

test("a photo goes on where its line broke", async () => {
  const { rep, proxy, customers } = await aPhone("YW-0109");
  const [customer] = customers;
  await rep.phone.context.setOffline(true);
  const route = `#/customers/${customer}/visit`;
  await rep.opens(route);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("visit-said")).fill("照片断在半路");
  await rep.page.locator(by("photo-input")).setInputFiles(await photo(rep.page, "#269"));
  await rep.page.locator(by("photo")).waitFor();
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(route);
  const offsets = [];
  rep.page.on("request", (asked) => {
    if (asked.method() === "PATCH" && asked.url().includes("/blobs/")) offsets.push(Number(asked.headers()["upload-offset"]));
  });
  proxy.fault("reset", { only: "PATCH /api/v1/blobs", after: 3_000, times: 4 });
  await rep.phone.context.setOffline(false);
  await rep.opens("#/outbox");
  await strip(rep, /全部已入账/);
  assert.equal(proxy.done, 4);
  assert.ok(offsets.filter((at) => at > 0).length >= 4, `it went on: ${offsets}`);
  const rises = offsets.slice(1).every((at, turn) => at >= offsets[turn]);
  assert.ok(rises, `it never began again: ${offsets}`);
  const { rows: visits } = await office.reads(`/visits?q=${encodeURIComponent("照片断在半路")}&per_page=5`);
  assert.equal(visits.length, 1);
  const [hash] = visits[0].photos;
  assert.match(hash, /^[0-9a-f]{64}$/);
});

test("a full day goes through at a kilobyte a second with three of ten requests cut at a random byte", async () => {
  const { rep, proxy, customers } = await aPhone("YW-0117");
  await rep.phone.keepsTheRest();
  await rep.phone.context.setOffline(true);
  await liveAFullDay(rep);
  await rep.opens("#/outbox");
  await shows(rep, by("count-unsent"), /^34$/);
  proxy.crawls({ bytesPerSecond: 1_024, cutOfTen: 3, dice: diceOf(20_261_162) });
  const begun = Date.now();
  await rep.phone.context.setOffline(false);
  await isSent(rep);
  const took = ((Date.now() - begun) / 1_000).toFixed(0);
  console.log(`a full day at 1 KB/s: ${took} s, ${proxy.bytes.request} bytes up`);
  // The day itself is a handful of requests: so that three of ten are some, it goes on for a while.
  for (const said of ["一", "二", "三", "四", "五", "六"]) {
    await rep.visits(customers[0], `路上又谈了第${said}次`);
    await rep.opens("#/outbox");
    await isSent(rep);
  }
  console.log(`${proxy.cuts} of ${proxy.requests} requests were cut`);
  assert.ok(proxy.cuts >= 3, `${proxy.cuts} of ${proxy.requests} requests were cut`);
  proxy.heal();
  await rep.page.locator(by("sync-now")).click();
  await strip(rep, /全部已入账/);
});

/** Waits until nothing is unsent. */
function isSent(rep) {
  const read = (selector) => document.querySelector(selector)?.textContent?.trim() === "0";
  return rep.page.waitForFunction(read, by("count-unsent"), { timeout: 120_000 });
}

/** Numbers from 0 to 1 that a seed tells, so that a story can be told again. */
function diceOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
