// Customers taken away while their rep is offline with unsent work: upload, acknowledge, evict, confirm; the new owner
// gets the whole past; the office sees what each phone still holds. Source: S78, S79.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { Interface } from "./harness/office.js";
import { by, isAccessible, picture } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const house = House.forAllStories();

/** Somebody's id by their number. */
async function who(asking, number) {
  const staff = await asking.reads(`/staff?per_page=200`);
  return staff.rows.find((row) => row.number === number).id;
}

/** Somebody's newest phone, as the office sees it. */
async function phoneOf(asking, staff) {
  const { rows } = await asking.reads("/devices?per_page=200");
  return rows.filter((row) => row.staff.id === staff).sort((one, other) => other.number - one.number)[0];
}

/** The keys of one part of the phone's store, as the browser keeps them. */
function keysOf(rep, store) {
  return rep.page.evaluate(async (store) => {
    const done = (request) => new Promise((tell) => (request.onsuccess = () => tell(request.result)));
    const db = await done(indexedDB.open("fieldbook"));
    const keys = await done(db.transaction(store).objectStore(store).getAllKeys());
    db.close();
    return keys;
  }, store);
}

/** The keys under which a customer's two scopes lie in the phone's store. */
const scopesOf = (customer) => ["01", "02"].map((kind) => kind + customer.replaceAll("-", ""));

test("customers taken away while their rep is offline with unsent work", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const [he, she] = [await who(asking, "YW-0117"), await who(asking, "YW-0103")];
  const [his, hers] = [await house.rep(context, "YW-0117"), await house.rep(context, "YW-0103")];
  const [customer, other] = await his.customers();
  const { name } = await asking.reads(`/customers/${customer}`);
  assert.ok((await keysOf(his, "scopes")).includes(scopesOf(customer)[0]), "it is held");

  // Without a signal he visits the customer, with a photo, and begins another form about it.
  await his.losesSignal();
  await his.opens(`#/customers/${customer}/visit`);
  await his.page.getByRole("button", { name: "谈订货" }).click();
  await his.page.locator(by("visit-said")).fill("移交前谈妥的三十箱");
  await his.page.locator(by("photo-input")).setInputFiles([await photo(his.page, "#2a7")]);
  await his.page.locator(by("photo")).first().waitFor();
  await his.page.locator(by("save-visit")).click();
  await his.leaves(`#/customers/${customer}/visit`);
  await his.opens(`#/customers/${customer}/visit`);
  await his.page.locator(by("visit-said")).fill("还没写完的一次拜访");
  await his.keepsForms();
  await his.opens("#/");

  // Meanwhile the head hands the customer over, having seen whom it affects.
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/customers");
  await head.at("to-transfer").click();
  await head.page.locator(`${by("transfer-from")} select`).selectOption(he);
  await head.page.locator(`${by("transfer-to")} select`).selectOption(she);
  await head.at("transfer-phones").waitFor();
  await picture(head.page, "office-transfer");
  await isAccessible(head.page, "transfer");
  await head.at("transfer-clear").click();
  await head.at("transfer-customers").getByRole("button", { name, exact: true }).click();
  const phones = await head.at("transfer-phones").innerText();
  assert.match(phones, /移走 1 家/);
  assert.match(phones, /收到 1 家/);
  await head.at("transfer-do").click();
  await head.at("reason").locator("textarea").fill("片区调整");
  await picture(head.page, "office-transfer-sure");
  await head.at("reason-confirm").click();
  await head.page.waitForFunction(() => location.hash.startsWith("#/devices"));
  await head.isRead();
  const before = await phoneOf(asking, he);
  await head.rows("list-devices").filter({ hasText: `${String(before.number).padStart(2, "0")} 号机` }).click();
  await head.at("evictions").getByText("还在手机上").first().waitFor();
  await picture(head.page, "office-devices-unconfirmed");
  await isAccessible(head.page, "devices with losses");

  // With a signal: upload, acknowledge, evict, confirm.
  const confirmed = his.page.waitForResponse((answer) => answer.url().endsWith("/evictions") && answer.ok());
  await his.findsSignal();
  await confirmed;
  // The office sees it confirmed without doing anything.
  await head.at("evictions").getByText("已确认移走").first().waitFor();
  assert.equal((await phoneOf(asking, he)).unconfirmed, 0);
  const held = await keysOf(his, "scopes");
  for (const scope of scopesOf(customer)) assert.ok(!held.includes(scope), "nothing of the customer is left");
  assert.ok(held.includes(scopesOf(other)[0]), "the others stay");
  assert.deepEqual(await keysOf(his, "blobs"), [], "nor the photo of it");
  await his.opens("#/customers");
  assert.ok(!(await his.customers()).includes(customer));
  await his.opens(`#/customers/${customer}`);
  await his.page.getByRole("heading", { name: "客户已移交" }).waitFor();
  await picture(his.page, "phone-moved");
  await isAccessible(his.page, "a customer handed over");
  await his.opens("#/outbox");
  assert.ok(!(await his.page.locator("main").innerText()).includes("三十箱"));
  // It counts, and where it went is said: nothing looks as if it had never been recorded.
  await his.page.locator(by("count-along")).getByText("1 笔已随客户移交").waitFor();
  assert.equal(await his.page.getByText("还没有记录").count(), 0);
  await picture(his.page, "phone-moved-outbox");
  await his.opens("#/");
  await his.page.locator(by("today-along")).getByText("1 笔已随客户移交").waitFor();

  // What he had begun is his still, and can be told truthfully: it is kept under his name.
  await his.opens("#/");
  await his.page.locator(by("draft-row")).getByText("已移交的客户").waitFor();
  await picture(his.page, "phone-moved-draft");
  await his.page.locator(by("draft-row")).click();
  assert.equal(await his.page.locator(by("visit-said")).inputValue(), "还没写完的一次拜访");
  await picture(his.page, "phone-moved-form");
  await his.page.getByRole("button", { name: "谈订货" }).click();
  await his.page.locator(by("save-visit")).click();
  await his.leaves(`#/customers/${customer}/visit`);
  await his.isDelivered();

  // The new owner has the whole past, the visit that came late included, and not the one made after.
  await hers.syncs();
  await hers.opens(`#/customers/${customer}`);
  await hers.page.getByText(name).first().waitFor();
  await hers.page.getByText("移交前谈妥的三十箱").first().waitFor();
  assert.equal(await hers.page.getByText("还没写完的一次拜访").count(), 0);
  const timeline = await asking.reads(`/customers/${customer}/timeline?per_page=200`);
  assert.ok(timeline.total > 1);
  assert.ok((await keysOf(hers, "scopes")).includes(scopesOf(customer)[0]));
  assertContent(his, hers);
});

test("a phone that is locked while its customers are taken away gives them up when it is opened next", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const rep = await house.rep(context, "YW-0105");
  const [from, to] = [await who(asking, "YW-0105"), await who(asking, "YW-0106")];
  const [customer, other] = await rep.customers();
  await rep.losesSignal();
  await rep.visits(customer, "锁屏以前的拜访");
  await rep.locks();
  await asking.asks("POST", "/transfers", { from, to, customers: [customer], reason: "片区调整" });
  assert.equal((await phoneOf(asking, from)).unconfirmed, 1);

  // Locked it can give up nothing that its book names, and the office's list says so.
  await rep.findsSignal();
  const confirmed = rep.page.waitForResponse((answer) => answer.url().endsWith("/evictions") && answer.ok());
  assert.equal((await phoneOf(asking, from)).unconfirmed, 1);
  await rep.unlocks(PASSWORD);
  await confirmed;
  const held = await keysOf(rep, "scopes");
  for (const scope of scopesOf(customer)) assert.ok(!held.includes(scope), "nothing of the customer is left");
  assert.ok(held.includes(scopesOf(other)[0]), "the others stay");
  assert.equal((await phoneOf(asking, from)).unconfirmed, 0);
  assert.ok(!(await rep.customers()).includes(customer));
  const timeline = JSON.stringify((await asking.reads(`/customers/${customer}/timeline?per_page=200`)).rows);
  assert.ok(timeline.includes("锁屏以前的拜访"), "what was done before counts");
});
