// A locked phone goes on delivering what was saved before it was locked; one that was stopped does so once, and is empty.
// Source: S78; a forgotten passphrase has its story in lock.test.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Clerk } from "./harness/desk.js";
import { assertContent, House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { by, isAccessible, picture } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

let head;
let administrator;
const house = House.forAllStories(async () => {
  head = await Clerk.signsIn(house.origin, "XS-0001", PASSWORD);
  administrator = await Clerk.signsIn(house.origin, "GL-0001", PASSWORD);
});

async function aRep(context, number, settings) {
  const rep = await house.rep(context, number, settings);
  await sealsFromNowOn(rep);
  return rep;
}

/** Waits until the recovery key is with the company and the program that seals is there. */
async function sealsFromNowOn(rep) {
  await rep.phone.keepsTheRest();
}

/** The visits of a customer that say this, as the office has them. */
async function visitsThatSay(customer, said) {
  const { rows } = await head.reads(`/customers/${customer}/timeline`);
  return rows.filter((row) => row.type === "visit" && JSON.stringify(row).includes(said));
}

/** What the office knows of the phone a rep signed in on last. */
async function phoneOf(number) {
  const { rows: staff } = await head.reads(`/staff?q=${number}&per_page=5`);
  const { rows: devices } = await head.reads("/devices?per_page=100");
  const own = devices.filter((device) => device.staff.id === staff[0].id);
  return own.sort((one, other) => other.number - one.number)[0];
}

/** What the office sees of a stopped phone: that it was to give up everything, and has said that it did. */
async function hasGivenUp(device) {
  const { rows } = await head.reads(`/devices/${device.id}/evictions`);
  assert.deepEqual(rows.map((row) => [row.everything, Boolean(row.confirmed)]), [[true, true]]);
}

/** Waits for the answer to a sealed part. */
const delivery = (page) => page.waitForResponse((answer) => answer.url().includes("/push/sealed") && answer.ok());

/** Waits until the company has told a locked phone how it stands. */
const contact = (page, status) =>
  page.waitForResponse((answer) => answer.url().endsWith("/session") && answer.request().method() === "GET" && answer.status() === status);

/** The names under which parts lie sealed. */
const sealedParts = (page) =>
  page.evaluate(async () => {
    const done = (request) => new Promise((tell) => (request.onsuccess = () => tell(request.result)));
    const db = await done(indexedDB.open("fieldbook"));
    const keys = await done(db.transaction("own").objectStore("own").getAllKeys(IDBKeyRange.bound("tail/", "tail0")));
    db.close();
    return keys;
  });

/** How many records lie in each part of the phone's store. */
const kept = (page) =>
  page.evaluate(async () => {
    const done = (request) => new Promise((tell) => (request.onsuccess = () => tell(request.result)));
    const db = await done(indexedDB.open("fieldbook"));
    const counts = {};
    for (const name of ["log", "scopes", "meta", "blobs"]) counts[name] = await done(db.transaction(name).objectStore(name).count());
    counts.own = (await done(db.transaction("own").objectStore("own").getAllKeys())).filter((key) => key !== "own").length;
    db.close();
    return counts;
  });

test("a locked phone delivers by itself what was saved before, and the book knows it when it is opened", async (context) => {
  const rep = await aRep(context, "YW-0117");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.visits(customer, "锁着也送到");
  await rep.collects(customer, "260.00");
  await rep.locks();
  const strip = rep.page.locator(".strip");
  assert.match(await strip.innerText(), /已锁 · 2 条未发/);
  const delivered = delivery(rep.page);
  const heard = contact(rep.page, 204);
  await rep.findsSignal();
  await delivered;
  await heard;
  await strip.getByText("没有未发").waitFor();
  assert.equal(await rep.page.locator(by("unlock")).count(), 1, "it is still locked");
  assert.equal((await visitsThatSay(customer, "锁着也送到")).length, 1);
  const known = await phoneOf("YW-0117");
  assert.deepEqual([known.unsent, Math.abs(known.clock_ahead_ms) < 60_000], [0, true]);
  await picture(rep.page, "phone-locked-delivered");
  assert.deepEqual(await sealedParts(rep.page), []);
  await rep.unlocks(PASSWORD);
  await rep.isDelivered();
  assert.equal(await rep.cash(), "260.00");
  assert.equal((await visitsThatSay(customer, "锁着也送到")).length, 1, "it is not there twice");
  assertContent(rep);
});

test("a phone that is opened again and asks for the passphrase delivers before anybody has typed it", async (context) => {
  const rep = await aRep(context, "YW-0103");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.visits(customer, "重开也送到");
  await rep.locks();
  await rep.phone.context.close();
  await rep.phone.reopens();
  await rep.losesSignal();
  await rep.page.goto("/app/");
  await rep.page.locator(by("unlock")).waitFor();
  const delivered = delivery(rep.page);
  await rep.findsSignal();
  await delivered;
  await rep.page.locator(".strip").getByText("没有未发").waitFor();
  assert.equal((await visitsThatSay(customer, "重开也送到")).length, 1);
  // The lease over: only the screens are locked.
  await rep.losesSignal();
  await rep.unlocks(PASSWORD);
  await rep.visits(customer, "过了期限也送到");
  await rep.passes({ days: 36 });
  await rep.page.getByText("35 天没有联网确认").waitFor();
  const again = delivery(rep.page);
  await rep.findsSignal();
  await again;
  assert.equal((await visitsThatSay(customer, "过了期限也送到")).length, 1);
  assertContent(rep);
});

test("a phone seals to no key that the company's own has not signed, and delivers once it is open", async (context) => {
  const rep = await house.arrives(context);
  // Somebody between phone and company tells a key of their own.
  await rep.phone.context.route(/\/api\/v1\/session(\/refresh)?$/, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const answer = await route.fetch();
    if (!answer.ok()) return route.fulfill({ response: answer });
    await route.fulfill({ response: answer, json: { ...(await answer.json()), sealing_key: "08".repeat(32) } });
  });
  await rep.signsInAs("YW-0104", PASSWORD);
  await sealsFromNowOn(rep);
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.visits(customer, "不封给别人");
  await rep.locks();
  assert.deepEqual(await sealedParts(rep.page), []);
  const heard = contact(rep.page, 204);
  await rep.findsSignal();
  await heard;
  assert.match(await rep.page.locator(".strip").innerText(), /1 条未发/);
  await rep.unlocks(PASSWORD);
  await rep.isDelivered();
  assert.equal((await visitsThatSay(customer, "不封给别人")).length, 1);
});

test("a forgotten passphrase: the head gives a new password at the desk, and it opens the locked phone", async (context) => {
  const rep = await aRep(context, "YW-0111");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.visits(customer, "口令忘了也不丢");
  await rep.locks();
  const desk = await house.desk(context, "XS-0001");
  await desk.opens("#/staff?q=YW-0111");
  await desk.rows("list-staff").first().click();
  await desk.at("renew-password").click();
  await desk.at("renew-confirm").click();
  await desk.at("new-password").waitFor();
  const password = (await desk.at("new-password").locator(".code").innerText()).trim();
  await isAccessible(desk.page, "a new password");
  await picture(desk.page, "office-new-password");
  assert.match(password, /^[A-Za-z0-9]{16}$/);
  await rep.findsSignal();
  await rep.page.locator(by("sign-in-password")).fill(password);
  await rep.page.locator(by("unlock-online")).click();
  await rep.page.locator(by("unlock")).waitFor({ state: "detached" });
  await rep.isDelivered();
  assert.equal((await visitsThatSay(customer, "口令忘了也不丢")).length, 1);
  // Whoever keeps no passwords sees no button.
  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/staff?q=YW-0111");
  await finance.rows("list-staff").first().click();
  await finance.at("beside").waitFor();
  assert.equal(await finance.at("renew-password").count(), 0);
  assertContent(rep);
});

test("a lost phone that is locked brings what it held, is emptied, and says so; the new phone has all of it", async (context) => {
  const old = await aRep(context, "YW-0105");
  const [customer] = await old.customers();
  await old.visits(customer, "丢之前送到的");
  await old.isDelivered();
  await old.losesSignal();
  await old.visits(customer, "丢的时候还没送");
  await old.locks();
  const lost = await phoneOf("YW-0105");
  await administrator.revokes(lost.id, "丢在班车上");

  // The new phone: what was delivered is there at once.
  const rep = await house.rep(context, "YW-0105");
  await rep.opens(`#/customers/${customer}`);
  await rep.page.getByText("丢之前送到的").first().waitFor();
  assert.notEqual((await phoneOf("YW-0105")).id, lost.id);
  await picture(rep.page, "phone-new-one");
  // What to do is said beforehand as well.
  await rep.opens("#/me");
  await rep.page.locator(by("change-phone")).scrollIntoViewIfNeeded();
  await picture(rep.page, "phone-change");

  // Somebody switches the lost one on.
  const delivered = delivery(old.page);
  await old.findsSignal();
  await delivered;
  await old.page.locator(by("begin-anew")).waitFor();
  await hasGivenUp(lost);
  await isAccessible(old.page, "a stopped phone");
  await picture(old.page, "phone-stopped");
  assert.deepEqual(await kept(old.page), { log: 0, scopes: 0, meta: 0, blobs: 0, own: 0 });
  await old.page.reload();
  await old.page.locator(by("begin-anew")).waitFor();
  assert.equal((await visitsThatSay(customer, "丢的时候还没送")).length, 1);
  await rep.syncs();
  await rep.opens(`#/customers/${customer}`);
  await rep.page.getByText("丢的时候还没送").first().waitFor();

  // Found again, it may begin anew, as another phone.
  await old.page.locator(by("begin-anew")).click();
  await old.page.locator(by("sign-in")).waitFor();
  await isAccessible(old.page, "signing in on another phone");
  await picture(old.page, "phone-begins-anew");
  await old.signsInAs("YW-0105", PASSWORD);
  assert.notEqual((await phoneOf("YW-0105")).id, lost.id);
  assertContent(old);
  assertContent(rep);
});

test("a locked phone brings its photos too", async (context) => {
  const rep = await aRep(context, "YW-0109");
  const [customer] = await rep.customers();
  const visit = `#/customers/${customer}/visit`;
  await rep.losesSignal();
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("photo-input")).setInputFiles(await photo(rep.page, "#36c"));
  await rep.page.locator(by("photo")).waitFor();
  await rep.page.locator(by("visit-said")).fill("锁着传照片");
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(visit);
  await rep.locks();
  const heard = contact(rep.page, 204);
  await rep.findsSignal();
  await heard;
  const [{ photos }] = await visitsThatSay(customer, "锁着传照片");
  assert.equal(photos.length, 1);
  const answer = await head.asks(`/blobs/${photos[0].hash ?? photos[0]}`);
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, "image/jpeg"]);
  // Nothing of it is brought again.
  let again = 0;
  rep.page.on("request", (request) => (again += request.url().includes("/blobs/") ? 1 : 0));
  await rep.unlocks(PASSWORD);
  await rep.isDelivered();
  await rep.page.getByText("张照片在传").first().waitFor({ state: "detached" });
  assert.equal(again, 0);
  assertContent(rep);
});

test("a stopped phone that lies open brings records and photos, and keeps nothing", async (context) => {
  const rep = await aRep(context, "YW-0113");
  const [customer] = await rep.customers();
  const visit = `#/customers/${customer}/visit`;
  await rep.losesSignal();
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("photo-input")).setInputFiles(await photo(rep.page, "#c33"));
  await rep.page.locator(by("photo")).waitFor();
  await rep.page.locator(by("visit-said")).fill("停用前拍的");
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(visit);
  // One more is begun and not saved: it is no record, and its owner hears what became of it.
  await rep.opens(visit);
  await rep.page.locator(by("visit-said")).fill("写到一半的一次");
  const lost = await phoneOf("YW-0113");
  await administrator.revokes(lost.id, "手机丢了");
  const uploaded = rep.page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok());
  await rep.findsSignal();
  await uploaded;
  await rep.page.locator(by("begin-anew")).waitFor();
  await hasGivenUp(lost);
  assert.equal((await visitsThatSay(customer, "停用前拍的")).length, 1);
  assert.deepEqual(await kept(rep.page), { log: 0, scopes: 0, meta: 0, blobs: 0, own: 0 });
  await rep.page.locator(by("stopped-forms")).getByText("有 1 份没写完的").waitFor();
  await isAccessible(rep.page, "a stopped phone with a form begun");
  await picture(rep.page, "phone-stopped-form");
  assertContent(rep);
});
