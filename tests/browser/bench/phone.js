// The phone's figures, measured in the browser it runs in: `node phone.js ORIGIN NUMBER PASSWORD FILE`.
//
// The book of a rep with years behind it lies at the server. A new phone fetches it, is opened cold, and saves visits, each
// beside what the same browser needs at least: the same bytes put away, the same program compiled, one durable record.
// `cargo xtask bench` starts it, and reads FILE.
import { writeFile } from "node:fs/promises";

import { Device } from "../harness/browser.js";
import { Rep } from "../harness/rep.js";
import { by } from "../harness/screen.js";
import { Limit } from "./limit.js";

/** A cheap phone computes so many times more slowly than the machine that measures. */
const SLOWDOWN = 4;
const SYNCS = 3;
const STARTS = 5;
const SAVES = 100;

const [origin, number, password, file] = process.argv.slice(2);

/** Slows the page down, this one and whatever it navigates to. */
async function slowed(page, times) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: times });
  return session;
}

/** The name of the last customer, in the order of names. */
async function lastCustomer() {
  const asks = async (path, settings) => {
    const answer = await fetch(`${origin}/api/v1${path}`, settings);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const headers = { "content-type": "application/json" };
  const { access } = await asks("/session", { method: "POST", headers, body: JSON.stringify({ number, password }) });
  const settings = { headers: { authorization: `Bearer ${access}` } };
  const { rows } = await asks("/customers?per_page=1&sort=-label", settings);
  return rows[0].name;
}

/** Signs in on a new phone, and takes the time from the press until a customer is found by searching in the whole book. */
async function firstSync(rep, name) {
  const { page } = rep;
  await page.locator(by("sign-in-number")).fill(number);
  await page.locator(by("sign-in-password")).fill(password);
  return page.evaluate(
    ([press, percent, row, name]) =>
      new Promise((done) => {
        const begun = performance.now();
        let whole = 0;
        const look = () => {
          const opened = document.querySelector(".tabbar");
          if (!whole && opened && !document.querySelector(percent)) {
            whole = performance.now() - begun;
            location.hash = "#/customers";
          }
          const search = whole && document.querySelector('input[type="search"]');
          if (search && search.value !== name) {
            search.value = name;
            search.dispatchEvent(new Event("input", { bubbles: true }));
          }
          const found = search && [...document.querySelectorAll(row)].some((row) => row.textContent.includes(name));
          if (found) return done({ whole, found: performance.now() - begun });
          requestAnimationFrame(look);
        };
        document.querySelector(press).click();
        look();
      }),
    [by("sign-in"), by("first-percent"), by("customer-row"), name],
  );
}

/** A new phone; when it can be worked with and found in, and what it asked for as snapshots. */
async function aNewPhone(name, slowdown) {
  const rep = await Rep.arrives(origin);
  await rep.phone.readyForOffline();
  const asked = [];
  rep.page.on("request", (request) => {
    if (!/\/api\/v1\/snapshot/.test(request.url())) return;
    asked.push([request.url(), { method: "POST", headers: request.headers(), body: request.postDataBuffer() }]);
  });
  await slowed(rep.page, slowdown);
  return { rep, took: await firstSync(rep, name), asked };
}

/** The same once more: the bytes that a phone has put away. */
async function answered([url, settings]) {
  const answer = await fetch(url, settings);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.arrayBuffer();
}

/** Opens the phone anew, its browser as well; the time from the address to the screen of today. */
async function coldStart(rep) {
  await rep.phone.reopen();
  await slowed(rep.page, SLOWDOWN);
  await rep.page.goto("/app/");
  return rep.page.evaluate(
    () =>
      new Promise((done) => {
        // The time is the page's own, from the beginning of the navigation.
        const look = () => (document.querySelector(".tabbar") ? done(performance.now()) : requestAnimationFrame(look));
        look();
      }),
  );
}

/** What the page has run since it was opened. */
const programs = (rep) =>
  rep.page.evaluate(() => [
    ...new Set(performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".wasm"))),
  ]);

async function measured() {
  const name = await lastCustomer();
  const figures = { sync: [], syncSlowed: [], syncRaw: [], start: [], startRaw: [], save: [], saveRaw: [] };
  let phone;
  for (let round = 0; round < SYNCS; round += 1) {
    await phone?.rep.phone.close();
    phone = await aNewPhone(name, 1);
    figures.sync.push(phone.took.found);
  }
  const { rep } = phone;
  const pieces = [];
  for (const question of phone.asked) pieces.push(await answered(question));
  // Once as a cheap phone does it.
  const slow = await aNewPhone(name, SLOWDOWN);
  figures.syncSlowed.push(slow.took.found);
  await slow.rep.phone.close();

  await rep.phone.keepsTheRest();
  const [customer] = await rep.customers();
  for (let round = 0; round < STARTS; round += 1) figures.start.push(await coldStart(rep));
  const run = await programs(rep);

  await rep.phone.context.setOffline(true);
  for (let round = 0; round < SAVES; round += 1) figures.save.push(await rep.visits(customer, `第 ${round} 次，谈订货`));
  await rep.phone.context.setOffline(false);
  await rep.phone.close();

  const limit = await Limit.of(pieces, await Promise.all(run.map(async (url) => (await fetch(url)).arrayBuffer())));
  try {
    for (let round = 0; round < SYNCS; round += 1) figures.syncRaw.push(await limit.putsAway());
    for (let round = 0; round < STARTS; round += 1) figures.startRaw.push(await limit.starts((page) => slowed(page, SLOWDOWN)));
    figures.saveRaw = await limit.saves(SAVES, (page) => slowed(page, SLOWDOWN));
  } finally {
    await limit.close();
  }
  return figures;
}

await writeFile(file, JSON.stringify(await measured()));
// What is still open would keep the program waiting.
process.exit(0);
