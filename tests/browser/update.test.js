// A newer version of the program comes while the outbox is full: nothing is lost, and all of it arrives once. Source: R1.
import assert from "node:assert/strict";
import { test } from "node:test";

import { House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { Interface } from "./harness/office.js";
import { Release } from "./harness/release.js";
import { Rep } from "./harness/rep.js";
import { by, isAccessible, picture } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const house = House.forAllStories();

/** A rep behind a server that will be brought up to date, with all of today's version on the phone. */
async function aRep(context, number) {
  const release = await Release.before(house.origin);
  context.after(() => release.close());
  const rep = await Rep.signsIn(release.origin, { number, password: PASSWORD });
  context.after(() => rep.phone.close());
  await rep.phone.keepsTheRest();
  rep.release = release;
  return rep;
}

/** A visit with a photo, an order, cash, a changed card: none of it gets through. */
async function fillsTheOutbox(rep, customer, said) {
  rep.release.lettingRecordsThrough = false;
  const visit = `#/customers/${customer}/visit`;
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("visit-said")).fill(said);
  await rep.page.locator(by("photo-input")).setInputFiles([await photo(rep.page, "#27a")]);
  await rep.page.locator(by("photo")).first().waitFor();
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(visit);
  await rep.orders(customer);
  await rep.changes(customer, "registered-address", "金凤区正源街 8 号");
  return rep.collects(customer, "310.00");
}

/** Which files the phone's worker keeps, by the name of its cache; the key that lies ajar is none of its own. */
const kept = (rep) =>
  rep.page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("fieldbook-"));
    const files = async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url.split("/").pop());
    return Promise.all(names.map(files));
  });

/** Whether the page runs the program of this name. */
const runs = (rep, program) =>
  rep.page.evaluate((program) => performance.getEntriesByType("resource").some(({ name }) => name.endsWith(program)), program);

async function unsent(rep) {
  await rep.opens("#/outbox");
  return (await rep.page.locator(by("count-unsent")).innerText()).trim();
}

const times = (text, words) => text.split(words).length - 1;

/** All that was recorded is in the company's book, once. */
async function isAllThere(asking, customer, words) {
  const timeline = JSON.stringify((await asking.reads(`/customers/${customer}/timeline?per_page=200`)).rows);
  for (const said of words) assert.equal(times(timeline, said), 1, `${said}: once`);
}

test("a newer version comes while the outbox is full: the form begun first, then the change, and all arrives once", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const rep = await aRep(context, "YW-0117");
  const [customer] = await rep.customers();
  const receipt = await fillsTheOutbox(rep, customer, "换版本以前的拜访");
  const visit = `#/customers/${customer}/visit`;
  await rep.opens(visit);
  await rep.page.locator(by("visit-said")).fill("换版本时写到一半的");
  await rep.keepsForms();
  assert.equal(await unsent(rep), "4");

  const older = rep.release.program;
  const [before] = await kept(rep);
  await rep.release.bringsLater();
  await rep.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await rep.page.locator("html[data-new-version]").waitFor();
  const waiting = (await kept(rep)).find((files) => files.includes(rep.release.program));
  assert.equal(waiting.length, before.length, "what waits is whole, what a first start does without included");
  await rep.opens("#/");
  await rep.page.getByText("先把手上这张单子存好再换").waitFor();
  assert.equal(await rep.page.getByText("换新版本").count(), 0, "a form begun comes first");
  await picture(rep.page, "phone-new-version-draft");
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(visit);
  await rep.opens("#/");
  await isAccessible(rep.page, "a newer version");
  await picture(rep.page, "phone-new-version");
  assert.ok(await runs(rep, older), "until its owner says so it is the older one");
  const opened = rep.page.waitForEvent("load");
  await rep.page.getByText("换新版本").click();
  await opened;
  await rep.page.locator(".tabbar").waitFor();

  assert.ok(await runs(rep, rep.release.program), "the newer program runs");
  assert.equal(await unsent(rep), "5", "nothing is lost");
  const files = await kept(rep);
  assert.equal(files.length, 1, "one version is kept");
  assert.ok(files[0].includes(rep.release.program) && !files[0].includes(older));

  // The newer version is whole on the phone: it opens without a signal, and receipts are numbered on.
  await rep.phone.context.setOffline(true);
  await rep.page.reload();
  await rep.page.locator(".tabbar").waitFor();
  const next = await rep.collects(customer, "20.00");
  const number = (text) => Number(text.match(/(\d+)\D*$/)[1]);
  assert.equal(number(next), number(receipt) + 1, "no receipt is missing between the versions");
  assert.equal(await unsent(rep), "6");

  await rep.phone.context.setOffline(false);
  rep.release.lettingRecordsThrough = true;
  await rep.isDelivered();
  await isAllThere(asking, customer, ["换版本以前的拜访", "换版本时写到一半的"]);
  const { rows } = await asking.reads("/collections?per_page=200&sort=-at");
  const taken = rows.filter((row) => row.customer?.id === customer).map((row) => row.amount);
  for (const amount of ["310.00", "20.00"]) assert.equal(taken.filter((one) => one === amount).length, 1, amount);
  const card = await asking.reads(`/customers/${customer}`);
  assert.match(JSON.stringify(card), /金凤区正源街 8 号/);
});

test("a phone that was closed while a newer version waited opens in it, with the outbox and the form begun", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const rep = await aRep(context, "YW-0109");
  const [customer] = await rep.customers();
  await fillsTheOutbox(rep, customer, "关机以前的拜访");
  const visit = `#/customers/${customer}/visit`;
  await rep.opens(visit);
  await rep.page.locator(by("visit-said")).fill("关机时写到一半的");
  await rep.keepsForms();
  await rep.release.bringsLater();
  await rep.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await rep.page.locator("html[data-new-version]").waitFor();
  await rep.phone.reopen();
  // The start that finds no page of the older version open is the first of the newer one.
  await rep.page.goto("/app/");
  await rep.page.locator(".tabbar").waitFor();
  assert.ok(await runs(rep, rep.release.program), "the newer program runs");
  assert.equal(await unsent(rep), "4");
  await rep.opens(visit);
  assert.equal(await rep.page.locator(by("visit-said")).inputValue(), "关机时写到一半的");
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(visit);
  rep.release.lettingRecordsThrough = true;
  await rep.isDelivered();
  await isAllThere(asking, customer, ["关机以前的拜访", "关机时写到一半的"]);
});
