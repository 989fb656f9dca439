// The phone's storage when it fails: a page killed in mid-save, storage deleted under a running app, a clock a year
// ahead, and what cannot be delivered carried to the company as a rescue file. Source: R1, R5, R9.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { Device } from "./harness/browser.js";
import { House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { Desk, Interface } from "./harness/office.js";
import { Rep } from "./harness/rep.js";
import { by, isAccessible, picture } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";
import { WeakLink } from "./harness/weak-link.js";

const house = House.forAllStories();

/** What was said at a customer's, as the office reads it. */
async function said(asking, customer) {
  const visits = await asking.reads(`/customers/${customer}/timeline?per_page=200`);
  return JSON.stringify(visits.rows);
}

const times = (text, words) => text.split(words).length - 1;

test("what cannot be delivered goes out as a rescue file, into the office and into a colleague's phone", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const rep = await house.rep(context, "YW-0117");
  const [customer] = await rep.customers();
  await rep.syncs();
  await rep.opens("#/me");
  assert.equal(await rep.page.locator(by("rescue-export")).getAttribute("aria-disabled"), "true", "nothing to rescue");
  await rep.losesSignal();
  await rep.opens(`#/customers/${customer}/visit`);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("visit-said")).fill("困在山里的一次拜访");
  await rep.page.locator(by("photo-input")).setInputFiles([await photo(rep.page, "#2a7")]);
  await rep.page.locator(by("photo")).first().waitFor();
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(`#/customers/${customer}/visit`);
  await rep.collects(customer, "120.00");

  await rep.opens("#/me");
  const downloading = rep.page.waitForEvent("download");
  await rep.page.locator(by("rescue-export")).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /^fieldbook-\d+-\d+\.rescue$/);
  await rep.page.locator(by("rescue-said")).getByText("2 条记录、1 张照片").waitFor();
  await rep.page.locator(by("rescue-said")).scrollIntoViewIfNeeded();
  await picture(rep.page, "phone-rescue");
  await isAccessible(rep.page, "rescue file");
  const file = await readFile(await download.path());
  assert.ok(!file.includes(Buffer.from("困在山里")), "whoever carries it cannot read it");
  const carried = { name: download.suggestedFilename(), mimeType: "application/octet-stream", buffer: file };

  const desk = await Desk.signsIn(house.origin, "GL-0001").catch(() => Desk.signsIn(house.origin, "XS-0001"));
  context.after(() => desk.close());
  await desk.opens("#/devices");
  await desk.at("rescue").click();
  await desk.at("rescue-file").setInputFiles(carried);
  await desk.at("rescue-said").getByText("新收 2 条，早已收到 0 条，照片 1 张").waitFor();
  await picture(desk.page, "office-rescue");
  await isAccessible(desk.page, "rescue file in the office");
  assert.equal(times(await said(asking, customer), "困在山里的一次拜访"), 1);

  const colleague = await house.rep(context, "YW-0103");
  await colleague.opens("#/me");
  await colleague.page.locator(by("rescue-import")).setInputFiles(carried);
  await colleague.page.locator(by("rescue-said")).getByText("新收 0 条，早已收到 2 条").waitFor();
  const buffer = Buffer.from(file);
  buffer[200] ^= 1;
  const broken = { ...carried, buffer };
  await colleague.page.locator(by("rescue-import")).setInputFiles(broken);
  await colleague.page.getByText("这个文件打不开").waitFor();

  // The phone itself comes out of the mountains: nothing is recorded twice.
  await rep.findsSignal();
  await rep.isDelivered();
  assert.equal(times(await said(asking, customer), "困在山里的一次拜访"), 1);
});

test("storage deleted under a running app: the next save says so, nothing typed is lost, the phone is enrolled anew", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const rep = await house.rep(context, "YW-0105");
  const [customer] = await rep.customers();
  await rep.syncs();
  await rep.losesSignal();
  await rep.visits(customer, "清掉以前存下的");
  const visit = `#/customers/${customer}/visit`;
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("visit-said")).fill("清掉以后写的");
  await rep.page.evaluate(
    () => new Promise((done, failed) => {
      const gone = indexedDB.deleteDatabase("fieldbook");
      gone.onsuccess = done;
      gone.onerror = failed;
    }),
  );
  await rep.page.locator(by("save-visit")).click();
  await rep.page.getByText("浏览器清掉了本机的存储").waitFor();
  assert.equal(await rep.page.locator(by("visit-said")).inputValue(), "清掉以后写的");
  await picture(rep.page, "phone-storage-gone");

  // What the page still has in memory reaches the company; then the phone begins anew.
  await rep.findsSignal();
  await rep.page.locator(by("enrol-anew")).waitFor();
  assert.equal(times(await said(asking, customer), "清掉以前存下的"), 1);
  await picture(rep.page, "phone-storage-lost");
  await isAccessible(rep.page, "storage lost");
  await rep.page.evaluate(() => (location.hash = "#/"));
  await rep.page.locator('input[type="checkbox"]').check();
  await rep.page.locator(by("enrol-anew")).click();
  await rep.signsInAs("YW-0105", PASSWORD);
  await rep.opens(visit);
  assert.equal(await rep.page.locator(by("visit-said")).inputValue(), "清掉以后写的", "what was typed is still there");
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(visit);
  await rep.isDelivered();
  assert.equal(times(await said(asking, customer), "清掉以后写的"), 1);
});

/** From the moment its next record is stored, this page stores nothing more: as if it had been killed just then. */
async function diesAsItStores(page) {
  await page.evaluate(() => {
    const begin = IDBDatabase.prototype.transaction;
    const add = IDBObjectStore.prototype.add;
    let recorded = false;
    IDBDatabase.prototype.transaction = function (...asked) {
      if (window.isDead) throw new DOMException("killed", "InvalidStateError");
      const transaction = begin.apply(this, asked);
      // Heard before the page itself hears of it.
      transaction.addEventListener("complete", () => (window.isDead ||= recorded));
      return transaction;
    };
    IDBObjectStore.prototype.add = function (...record) {
      recorded ||= this.name === "log";
      return add.apply(this, record);
    };
  });
}

/** How pages are killed after the press that saves. */
const KILLS = {
  "by a crash": async (rep) => {
    const crashed = rep.page.waitForEvent("crash");
    const session = await rep.phone.context.newCDPSession(rep.page);
    await rep.page.evaluate((button) => document.querySelector(button).click(), by("save-visit"));
    session.send("Page.crash").catch(() => {});
    await crashed;
  },
  "as the record is stored": async (rep) => {
    await diesAsItStores(rep.page);
    await rep.page.evaluate((button) => document.querySelector(button).click(), by("save-visit"));
    await rep.page.waitForFunction(() => window.isDead);
  },
  ...Object.fromEntries(
    [0, 1, 2, 3, 5, 8].map((moment) => [
      `by a reload ${moment} ms later`,
      async (rep) => {
        const reloaded = rep.page.waitForEvent("load");
        await rep.page.evaluate(
          ([button, moment]) => {
            document.querySelector(button).click();
            setTimeout(() => location.reload(), moment);
          },
          [by("save-visit"), moment],
        );
        await reloaded;
      },
    ]),
  ),
};

test("a page killed in mid-save has saved once or keeps what was typed, and never both", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const rep = await house.rep(context, "YW-0106");
  const [customer] = await rep.customers();
  const visit = `#/customers/${customer}/visit`;
  await rep.losesSignal();
  let before = 0;
  for (const [how, kills] of Object.entries(KILLS)) {
    const words = `存到一半的拜访，${how}。`;
    await rep.opens(visit);
    await rep.page.getByRole("button", { name: "谈订货" }).click();
    await rep.page.locator(by("visit-said")).fill(words);
    await rep.keepsForms();
    await kills(rep);
    await rep.page.close();
    rep.phone.page = await rep.phone.context.newPage();
    await rep.page.goto(`${rep.link.origin}/app/#/outbox`);
    await rep.page.locator(by("count-unsent")).waitFor();
    const unsent = Number((await rep.page.locator(by("count-unsent")).innerText()).trim());
    await rep.opens(visit);
    await rep.page.locator(by("visit-said")).waitFor();
    const kept = await rep.page.locator(by("visit-said")).inputValue();
    assert.equal(kept, unsent > before ? "" : words, `killed ${how}: ${unsent - before} saved`);
    if (unsent === before) {
      await rep.page.locator(by("save-visit")).click();
      await rep.leaves(visit);
    }
    before += 1;
  }
  await rep.findsSignal();
  await rep.isDelivered();
  const book = await said(asking, customer);
  for (const how of Object.keys(KILLS)) assert.equal(times(book, `存到一半的拜访，${how}。`), 1, `once, killed ${how}`);
});

/** What was said, as the book has it: it counts from when the office learned of it, and not from next year. */
async function countsFromNow(asking, customer, words) {
  const timeline = await asking.reads(`/customers/${customer}/timeline?per_page=200`);
  const found = timeline.rows.filter((row) => JSON.stringify(row).includes(words));
  assert.equal(found.length, 1, words);
  assert.ok(Date.parse(found[0].at) < Date.now() + 3 * 60_000, `it counts from now: ${found[0].at}`);
}

test("a phone whose clock is a year ahead records, delivers, and wins nothing by it", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const link = await WeakLink.to(house.origin);
  context.after(() => link.close());
  const rep = new Rep(await Device.phone(link.origin));
  context.after(() => rep.phone.close());
  rep.link = link;
  await rep.passes({ days: 365 });
  await rep.begins("YW-0107", PASSWORD);
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.visits(customer, "来自明年的拜访");
  await rep.findsSignal();
  await rep.isDelivered();
  await countsFromNow(asking, customer, "来自明年的拜访");
});

test("a clock that jumps a year ahead locks the phone; one contact opens it again, and nothing is lost", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const rep = await house.rep(context, "YW-0109");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.visits(customer, "跳表以前的拜访");
  await rep.passes({ days: 365 });
  await rep.page.locator(by("unlock")).waitFor();
  await rep.findsSignal();
  await rep.unlocks(PASSWORD);
  await rep.visits(customer, "跳表以后的拜访");
  await rep.isDelivered();
  for (const words of ["跳表以前的拜访", "跳表以后的拜访"]) await countsFromNow(asking, customer, words);
});

test("storage cleared while nothing was running is noticed at the start, and not taken for a new phone", async (context) => {
  const rep = await house.rep(context, "YW-0108");
  await rep.syncs();
  await rep.page.goto(`${rep.link.origin}/healthz`);
  await rep.page.evaluate(
    () => new Promise((done, failed) => {
      const gone = indexedDB.deleteDatabase("fieldbook");
      gone.onsuccess = done;
      gone.onerror = failed;
    }),
  );
  await rep.page.goto(`${rep.link.origin}/app/`);
  await rep.page.locator(by("enrol-anew")).waitFor();
  await rep.page.getByText("store.evicted").waitFor();
  await rep.page.locator('input[type="checkbox"]').check();
  await rep.page.locator(by("enrol-anew")).click();
  await rep.signsInAs("YW-0108", PASSWORD);
  assert.ok((await rep.customers()).length > 0, "its book has come back under another id");
});
