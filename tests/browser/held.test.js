// What waits for a person, from the phone that wrote it to the head who decides, and back again: nothing counts twice,
// nothing is dismissed by itself, and what binds the company is chosen and not overwritten.
// Source: S78, S79, S82; R10.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { Interface } from "./harness/office.js";
import { by, isAccessible, picture } from "./harness/screen.js";

let head;
const house = House.forAllStories(async () => {
  head = await Interface.signsIn(house.origin, "XS-0001");
});

/** The head gives a customer to a rep. */
async function handsOver(customer, number) {
  const { rows } = await head.reads(`/staff?q=${number}&per_page=5`);
  const card = await head.reads(`/customers/${customer}`);
  const replaces = card.owner?.heads ?? card.owner_heads ?? [];
  await head.commands({ op: "owner-set", customer, owner: rows[0].id, replaces });
}

const orderCount = async (customer) => (await head.reads(`/orders?customer=${customer}`)).total;

/** The text of something on the phone. */
const text = async (rep, id) => (await rep.page.locator(by(id)).first().innerText()).trim();

/** Opens the first held line of the outbox; its address comes back. */
async function opensHeld(rep, words) {
  await rep.opens("#/outbox");
  await rep.page.locator(by("outbox-held")).locator(by("outbox-line")).filter({ hasText: words }).first().click();
  await rep.page.locator(by("held-reason")).waitFor();
  return rep.page.evaluate(() => location.hash);
}

/** Opens what waits about a customer in the inbox, the newest first. */
async function opensInInbox(desk, name, words) {
  await desk.opens("#/held");
  await desk.page.locator('.filters input[type="search"]').fill(name);
  const row = desk.rows("list-held").filter({ hasText: name }).filter({ hasText: words });
  await row.first().click();
  await desk.at("beside").waitFor();
}

test("a held order is shown with its code and content, is corrected on the phone, and counts once", async (context) => {
  const rep = await house.rep(context, "YW-0106");
  const [customer] = await rep.customers();
  const { name } = await head.reads(`/customers/${customer}`);
  const before = await orderCount(customer);
  await rep.losesSignal();
  await handsOver(customer, "YW-0107");
  await rep.orders(customer);
  await rep.findsSignal();
  await rep.isDelivered();
  await rep.page.locator(by("outbox-held")).locator(by("outbox-line")).waitFor();
  await picture(rep.page, "held-outbox");
  await isAccessible(rep.page, "outbox with a held change");
  const line = await opensHeld(rep, "订单");
  const body = await rep.page.locator("main, body").first().innerText();
  for (const part of ["customer.not-yours", "接下来", "主管决定", "合计"]) assert.ok(body.includes(part), `${part} in ${body}`);
  assert.equal(await rep.page.locator(by("correct")).count(), 0, "the customer is not on this phone: only a head can decide");
  await picture(rep.page, "held-order");
  await isAccessible(rep.page, "held order");
  assert.equal(await orderCount(customer), before, "it does not count yet");
  // The customer comes back, and the rep writes the order anew, in the place of the one that waits.
  await handsOver(customer, "YW-0106");
  await rep.syncs();
  await rep.page.waitForFunction((id) => document.querySelector(id), by("outbox-held"));
  await rep.opens("#/customers");
  await rep.page.locator(`a[href="#/customers/${customer}"]`).first().waitFor();
  await rep.opens(line);
  await rep.page.locator(by("correct")).waitFor();
  await picture(rep.page, "held-order-correctable");
  await rep.page.locator(by("correct")).click();
  await rep.page.locator(by("save-order")).waitFor();
  await picture(rep.page, "held-order-again");
  await isAccessible(rep.page, "order written anew");
  const form = await rep.page.evaluate(() => location.hash);
  await rep.page.locator(by("save-order")).click();
  await rep.leaves(form);
  await rep.isDelivered();
  await rep.opens("#/outbox");
  await picture(rep.page, "held-outbox-corrected");
  assert.equal(await rep.page.locator(by("outbox-held")).count(), 0, "nothing waits any more");
  await rep.opens(line);
  await rep.page.getByText(/另写了一笔/).first().waitFor();
  await picture(rep.page, "held-order-corrected");
  await isAccessible(rep.page, "order that was corrected");
  assert.equal(await orderCount(customer), before + 1, "of the two one counts");
  const settled = (await head.reads("/held?status=corrected")).rows.filter((row) => row.customer?.id === customer);
  assert.equal(settled.length, 1);
  const desk = await house.desk(context, "XS-0001");
  await desk.opens("#/held?status=corrected");
  await desk.rows("list-held").filter({ hasText: name }).first().click();
  await desk.at("settled").waitFor();
  await picture(desk.page, "held-office-corrected");
  assertContent(rep, desk);
});

test("a head accepts on behalf in the inbox, and phone and office show by whom", async (context) => {
  const rep = await house.rep(context, "YW-0108");
  const [customer] = await rep.customers();
  const { name } = await head.reads(`/customers/${customer}`);
  await rep.losesSignal();
  await handsOver(customer, "YW-0107");
  await rep.changes(customer, "phone", "0951-5550108");
  await rep.visits(customer, "店主答应下月试销");
  await rep.findsSignal();
  await rep.isDelivered();
  const desk = await house.desk(context, "XS-0001");
  await opensInInbox(desk, name, "客户卡");
  await picture(desk.page, "held-office-inbox");
  await isAccessible(desk.page, "inbox of what waits");
  await desk.at("accept").click();
  await desk.at("accept-confirm").waitFor();
  await picture(desk.page, "held-office-accept");
  await isAccessible(desk.page, "accepting on behalf");
  await desk.at("accept-confirm").click();
  await desk.at("settled").waitFor();
  assert.match(await desk.at("settled").innerText(), /李部长/);
  await picture(desk.page, "held-office-accepted");
  // The visit is a fact: it counts for its author already, and now for the customer too.
  await opensInInbox(desk, name, "拜访");
  await desk.at("accept").click();
  await desk.at("accept-confirm").click();
  await desk.at("settled").waitFor();
  await desk.opens(`#/visits?q=${encodeURIComponent("店主答应下月试销")}`);
  await desk.rows("list-visits").first().click();
  await desk.at("accepted-by").waitFor();
  assert.match(await desk.at("accepted-by").innerText(), /李部长/);
  await picture(desk.page, "held-office-visit");
  await isAccessible(desk.page, "a visit that a head took over");
  await rep.syncs();
  await rep.page.locator(by("outbox-held")).waitFor({ state: "detached" });
  await rep.page.locator(by("outbox-line")).filter({ hasText: /0951-5550108/ }).first().click();
  await rep.page.getByText(/李部长.*代为入账/).first().waitFor();
  await picture(rep.page, "held-phone-accepted");
  await isAccessible(rep.page, "accepted change");
  await rep.opens("#/outbox");
  await rep.page.locator(by("outbox-line")).filter({ hasText: /拜访/ }).first().click();
  await rep.page.locator(by("open-paper")).click();
  await rep.page.locator(by("accepted-by")).waitFor();
  assert.match(await text(rep, "accepted-by"), /李部长/);
  await picture(rep.page, "held-phone-visit");
  assertContent(rep, desk);
});

test("a head sends one back with a reason, which the phone shows and never loses by itself", async (context) => {
  const rep = await house.rep(context, "YW-0109");
  const [customer] = await rep.customers();
  const { name } = await head.reads(`/customers/${customer}`);
  await rep.losesSignal();
  await handsOver(customer, "YW-0107");
  await rep.changes(customer, "phone", "0951-5550109");
  await rep.findsSignal();
  await rep.isDelivered();
  const line = await opensHeld(rep, "0951-5550109");
  const desk = await house.desk(context, "XS-0001");
  await opensInInbox(desk, name, "客户卡");
  await desk.at("decline").click();
  await desk.at("reason").locator("textarea").waitFor();
  await picture(desk.page, "held-office-decline");
  await isAccessible(desk.page, "sending back");
  await desk.at("reason-confirm").click();
  await desk.at("reason").getByRole("alert").or(desk.at("reason").locator(".error, .field-error, [id$=error]")).first().waitFor();
  await desk.at("reason").locator("textarea").fill("这是马经理的号码，请找他核对");
  await desk.at("reason-confirm").click();
  await desk.at("settled").waitFor();
  assert.match(await desk.at("settled").innerText(), /李部长.*请找他核对/s);
  await picture(desk.page, "held-office-declined");
  await rep.syncs();
  for (const again of [false, true]) {
    if (again) await rep.phone.reopen().then(() => rep.phone.visits("/app/"));
    if (again) await rep.page.locator(".strip").waitFor();
    await rep.opens("#/outbox");
    // It waits for its author: of the five fates none else is true of it.
    const waits = rep.page.locator(by("outbox-held")).locator(by("outbox-line")).filter({ hasText: "请找他核对" });
    await waits.getByText("待处理").waitFor();
    assert.equal(await text(rep, "count-held"), "1");
    await rep.page.locator(".strip").getByText("1 条待处理").waitFor();
    await rep.opens(line);
    await rep.page.getByText(/李部长.*退回.*请找他核对/).first().waitFor();
    await rep.page.getByText("0951-5550109").first().waitFor();
  }
  await picture(rep.page, "held-phone-declined");
  await isAccessible(rep.page, "change that was sent back");
  await rep.opens("#/outbox");
  await picture(rep.page, "held-phone-declined-outbox");
  // Its author lets it be, and it waits for nobody any more.
  await rep.opens(line);
  await rep.page.locator(by("let-be")).click();
  await rep.page.locator(by("let-be")).waitFor({ state: "detached" });
  await rep.opens("#/outbox");
  const done = rep.page.locator(by("outbox-closed")).locator(by("outbox-line")).filter({ hasText: "请找他核对" });
  await done.getByText("已了结").waitFor();
  assert.equal(await text(rep, "count-held"), "0");
  await picture(rep.page, "held-phone-let-be");
  assertContent(rep, desk);
});

for (const [words, chosen, shown] of [
  ["the one that waits", "take-mine", "月结三万"],
  ["the one that stands", "keep-theirs", "先款后货"],
]) {
  test(`two write what binds the company without knowing of each other: a head chooses ${words}`, async (context) => {
    const rep = await house.rep(context, chosen === "take-mine" ? "YW-0101" : "YW-0103");
    const [customer] = await rep.customers();
    const { name } = await head.reads(`/customers/${customer}`);
    await rep.changes(customer, "credit", "月结一万");
    await rep.isDelivered();
    const base = (await head.reads(`/customers/${customer}`)).fields.find((row) => row.field === "credit").heads;
    await rep.losesSignal();
    const value = { type: "text", value: "先款后货" };
    await head.commands({ op: "card-field-set", customer, field: "credit", value, replaces: base });
    await rep.changes(customer, "credit", "月结三万");
    await rep.findsSignal();
    await rep.isDelivered();
    const line = await opensHeld(rep, "月结三万");
    for (const part of ["月结一万", "月结三万", "先款后货", "李部长", "customer.undecided"]) {
      await rep.page.getByText(part).first().waitFor();
    }
    await rep.opens(`#/customers/${customer}/card`);
    const undecided = rep.page.locator(by("card-line")).filter({ hasText: "待定" });
    await undecided.waitFor();
    const both = await undecided.innerText();
    for (const part of ["月结三万", "先款后货", "李部长"]) assert.ok(both.includes(part), `${part} on the card: ${both}`);
    await picture(rep.page, `held-phone-card-undecided-${chosen}`);
    await isAccessible(rep.page, "undecided value on the card");
    await undecided.click();
    await rep.page.getByText("customer.undecided").first().waitFor();
    await picture(rep.page, `held-phone-undecided-${chosen}`);
    await isAccessible(rep.page, "undecided value on the phone");
    const desk = await house.desk(context, "XS-0001");
    await opensInInbox(desk, name, "客户卡");
    await picture(desk.page, `held-office-undecided-panel-${chosen}`);
    await isAccessible(desk.page, "undecided value in the inbox");
    await desk.opens("#/conflicts");
    const choice = desk.at("choice").filter({ hasText: name });
    await choice.waitFor();
    const said = await choice.innerText();
    for (const part of ["月结一万", "月结三万", "先款后货", "李部长", "等主管选一个"]) assert.ok(said.includes(part), `${part} in ${said}`);
    await picture(desk.page, `held-office-choice-${chosen}`);
    await isAccessible(desk.page, "choosing one of two values");
    await choice.locator(by(chosen)).click();
    await choice.waitFor({ state: "detached" });
    const card = await head.reads(`/customers/${customer}`);
    assert.equal(card.fields.find((row) => row.field === "credit").value.value, shown);
    await rep.syncs();
    await rep.opens(`#/customers/${customer}/card`);
    await rep.page.getByText(shown).first().waitFor();
    await rep.page.getByText("待定").first().waitFor({ state: "detached" });
    await rep.opens(line);
    await rep.page.getByText(/李部长/).first().waitFor();
    await picture(rep.page, `held-phone-chosen-${chosen}`);
    assertContent(rep, desk);
  });
}

test("in English and in the dark the same screens speak English", async (context) => {
  const settings = { locale: "en-GB", colorScheme: "dark" };
  const desk = await house.desk(context, "XS-0001", settings);
  await desk.opens("#/held?status=accepted,declined,corrected");
  await desk.rows("list-held").first().click();
  await desk.at("settled").waitFor();
  await isAccessible(desk.page, "settled, in English and dark");
  await picture(desk.page, "held-office-english");
  await desk.opens("#/held");
  await desk.rows("list-held").first().click();
  await desk.at("decline").waitFor();
  await isAccessible(desk.page, "inbox, in English and dark");
  await picture(desk.page, "held-office-english-waiting");
  const said = await desk.at("beside").innerText();
  for (const part of ["Held", "What comes next", "What was written", "Send back"]) assert.ok(said.includes(part), `${part} in ${said}`);
  assertContent(desk);
});
