// Deciding at a desk while the company goes on working: what is typed stays, what is not known is said to be so, and
// whoever comes second is told who was first. Source: S78, S79, S82.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { Interface } from "./harness/office.js";
import { by, isAccessible, picture } from "./harness/screen.js";

let head;
const house = House.forAllStories(async () => {
  head = await Interface.signsIn(house.origin, "XS-0001");
});

/** Somebody's id by their number. */
async function who(number) {
  return (await head.reads(`/staff?q=${number}&per_page=5`)).rows[0].id;
}

/** Writes words into a field of a customer's card, over what stands there. */
async function writes(customer, field, words) {
  const card = await head.reads(`/customers/${customer}`);
  const replaces = card.fields.find((row) => row.field === field)?.heads ?? [];
  await head.commands({ op: "card-field-set", customer, field, value: { type: "text", value: words }, replaces });
}

/** News for every desk: the position of the feed when they are in it. */
async function newsFor(desk, customer, words) {
  await writes(customer, "phone", words);
  const { position } = await head.reads("/summary");
  await desk.page.waitForFunction(
    (wanted) => Number(document.querySelector(".live")?.textContent?.replace(/\D/g, "")) >= wanted,
    position,
  );
  await desk.isRead();
}

/** A rep's customer with two values for its credit, of which a head must choose one. */
async function undecided(context, number, ours, theirs) {
  const rep = await house.rep(context, number);
  const [customer] = await rep.customers();
  const { name } = await head.reads(`/customers/${customer}`);
  await rep.changes(customer, "credit", "月结一万");
  await rep.isDelivered();
  await rep.losesSignal();
  await writes(customer, "credit", theirs);
  await rep.changes(customer, "credit", ours);
  await rep.findsSignal();
  await rep.isDelivered();
  return { rep, customer, name };
}

test("news leave the reason of a transfer as it is typed, and a lost answer is looked for, not done twice", async (context) => {
  const [from, to] = [await who("YW-0117"), await who("YW-0103")];
  const theirs = (await head.reads(`/customers?staff=${from}&per_page=3`)).rows;
  const desk = await house.desk(context, "XS-0001");
  await desk.opens("#/customers/transfer");
  await desk.page.locator(`${by("transfer-from")} select`).selectOption(from);
  await desk.page.locator(`${by("transfer-to")} select`).selectOption(to);
  await desk.at("transfer-customers").waitFor();
  const pressed = desk.at("transfer-customers").locator('[aria-pressed="true"]');
  assert.equal(await pressed.count(), 0, "none is chosen before somebody chooses");
  await desk.at("transfer-all").click();
  assert.ok((await pressed.count()) > 1);
  await desk.at("transfer-clear").click();
  await desk.at("transfer-customers").getByRole("button", { name: theirs[0].name, exact: true }).click();
  await desk.at("transfer-do").click();
  const reason = desk.at("reason").locator("textarea");
  await reason.fill("片区调整，九月起由她负责");
  await newsFor(desk, theirs[1].id, "0951-8880001");
  assert.equal(await reason.inputValue(), "片区调整，九月起由她负责", "news take nothing away that was typed");
  await picture(desk.page, "transfer-after-news");

  // The server does it, and the answer is lost on the way.
  let lost = 0;
  await desk.page.route("**/api/v1/transfers", async (route) => {
    if (lost < 2) {
      lost += 1;
      await route.fetch();
      await route.abort();
    } else {
      await route.continue();
    }
  });
  await desk.at("reason-confirm").click();
  const sheet = desk.page.getByRole("alertdialog");
  await sheet.getByText("不知道办成没有").waitFor();
  assert.equal(lost, 2);
  await newsFor(desk, theirs[1].id, "0951-8880002");
  await sheet.getByText("不知道办成没有").waitFor();
  assert.match(await sheet.innerText(), /把 1 家客户从/, "what was asked for is told as it was");
  assert.equal(await desk.at("reason-confirm").innerText(), "看看办成没有");
  await picture(desk.page, "transfer-unknown");
  await isAccessible(desk.page, "transfer of which nobody knows");
  const before = await head.reads("/summary");
  await desk.at("reason-confirm").click();
  await desk.page.waitForFunction(() => location.hash.startsWith("#/devices"));
  await desk.page.getByText("已移交 1 家客户").first().waitFor();
  assert.equal((await head.reads("/summary")).position, before.position, "nothing was done a second time");
  assert.equal((await head.reads(`/customers/${theirs[0].id}`)).owner.id, to);
  assertContent(desk);
});

test("two values to choose stand with what was before them, are found and counted, and the second head is told of the first", async (context) => {
  const first = await undecided(context, "YW-0101", "月结三万", "先款后货");
  const second = await undecided(context, "YW-0102", "月结五万", "货到付款");
  const desk = await house.desk(context, "XS-0001");
  const other = await house.desk(context, "FZ-0001");
  await desk.opens("#/conflicts");
  const cards = desk.page.locator(`${by("choice")}, ${by("conflict")}`);
  await desk.at("choice").nth(1).waitFor();
  await desk.counts(await cards.count());
  await desk.page.locator('.filters input[type="search"]').fill(first.name);
  await desk.counts(1);
  await desk.at("choice").filter({ hasText: second.name }).waitFor({ state: "detached" });
  assert.equal(await cards.count(), 1);
  const said = await desk.at("choice").innerText();
  for (const part of ["原来的值", "月结一万", "月结三万", "先款后货", "李部长"]) assert.ok(said.includes(part), `${part} in ${said}`);
  assert.match(await desk.at("base").innerText(), /月结一万[^]*\d+年\d+月\d+日/);
  await picture(desk.page, "conflict-with-base");
  await isAccessible(desk.page, "conflict with its base");

  // Both press: the answer to the second is held back until the news have taken the card off the list.
  await other.opens("#/conflicts");
  const late = other.at("choice").filter({ hasText: first.name });
  await late.waitFor();
  let release;
  const held = new Promise((tell) => (release = tell));
  await other.page.route("**/ruling", async (route) => {
    await held;
    await route.continue();
  });
  await late.locator(by("take-mine")).click();
  await desk.at("choice").locator(by("keep-theirs")).click();
  await desk.at("choice").waitFor({ state: "detached" });
  const { position } = await head.reads("/summary");
  await other.page.waitForFunction(
    (wanted) => Number(document.querySelector(".live")?.textContent?.replace(/\D/g, "")) >= wanted,
    position,
  );
  await other.isRead();
  release();
  const note = late.getByText("已经决定了这一笔");
  await note.waitFor();
  const told = await note.innerText();
  assert.match(told, /李部长在 \d+年\d+月\d+日 \d\d:\d\d 已经决定了这一笔：保留“先款后货”/);
  await picture(other.page, "conflict-too-late");
  await isAccessible(other.page, "decided too late");
  await newsFor(other, second.customer, "0951-8880003");
  assert.ok(await note.isVisible(), "it stays until it is put away");
  await late.locator(by("put-away")).click();
  await late.waitFor({ state: "detached" });
  assertContent(desk, other);
});

test("what waits is read in words, with number and sum, under one count", async (context) => {
  const rep = await house.rep(context, "YW-0106");
  const [customer] = await rep.customers();
  const { name } = await head.reads(`/customers/${customer}`);
  await rep.losesSignal();
  const { owner_heads: replaces } = await head.reads(`/customers/${customer}`);
  await head.commands({ op: "owner-set", customer, owner: await who("YW-0107"), replaces });
  await rep.opens(`#/customers/${customer}/visit`);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("visit-said")).fill("移交后才做的拜访");
  await rep.page.locator(by("photo-input")).setInputFiles([await photo(rep.page, "#2a7")]);
  await rep.page.locator(by("photo")).first().waitFor();
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(`#/customers/${customer}/visit`);
  await rep.orders(customer);
  await rep.findsSignal();
  await rep.isDelivered();
  for (const [words, settings] of [
    [{ visit: "拜访", order: "订单", photos: "照片", purposes: "目的", total: "合计", count: "1 张" }, {}],
    [{ visit: "Visit", order: "Order", photos: "Photos", purposes: "Purposes", total: "Total", count: "1 picture" }, { locale: "en-GB" }],
  ]) {
    const desk = await house.desk(context, "XS-0001", settings);
    await desk.opens(`#/held?q=${encodeURIComponent(name)}`);
    const row = (kind) => desk.rows("list-held").filter({ hasText: name }).filter({ hasText: kind }).first();
    await row(words.visit).click();
    await desk.at("beside").getByText(words.count).waitFor();
    const visit = await desk.at("beside").innerText();
    for (const part of [words.photos, words.purposes]) assert.ok(visit.includes(part), `${part} in ${visit}`);
    assert.doesNotMatch(visit, /\b(photos|purposes|next_on|met)\b/);
    await picture(desk.page, `held-visit-${settings.locale ?? "zh"}`);
    await row(words.order).click();
    await desk.at("beside").getByText(/DH-\d\d-\d{4}/).waitFor();
    const order = await desk.at("beside").innerText();
    assert.match(order, new RegExp(words.total), order);
    assert.doesNotMatch(order, /\d{4,}\.\d\d/, "sums have their commas");
    await picture(desk.page, `held-order-${settings.locale ?? "zh"}`);
    await isAccessible(desk.page, `held order, ${settings.locale ?? "zh"}`);
  }
  const desk = await house.desk(context, "XS-0001");
  await desk.opens("#/held");
  const { held } = await head.reads("/summary");
  await desk.counts(held);
  const badge = await desk.page.locator('.sidenav a[href="#/held"] b').innerText();
  const foot = await desk.page.locator(".sidenav-foot").innerText();
  assert.equal(Number(badge), held);
  assert.equal(Number(foot.match(/待处理 (\d+)/)[1]), held, foot);
  // While nothing is chosen it says what is shown, and there is a way to everything.
  const state = desk.page.locator(".filters select").filter({ hasText: "已退回" });
  assert.equal(await state.evaluate((select) => select.selectedOptions[0].text), "等人决定的");
  const decided = (await head.reads("/held?q=" + encodeURIComponent(name))).rows.find((row) => row.kind === "order-taken");
  await head.asks("POST", `/held/${decided.id}/ruling`, { type: "declined", reason: "已经不是您的客户" });
  await desk.counts(held - 1);
  await state.selectOption({ label: "任何状态" });
  const all = (await head.reads("/held?status=held,undecided,withheld,accepted,declined,corrected")).total;
  assert.ok(all >= held);
  await desk.counts(all);
  assertContent(desk);
});

test("in a low or narrow window and in large type no bar is stuck and nothing is cut off", async (context) => {
  for (const [words, viewport, scale] of [
    ["at 200 %", { width: 720, height: 450 }, 1],
    ["on a narrow screen", { width: 390, height: 844 }, 1],
    ["in type twice as large", { width: 1440, height: 900 }, 2],
  ]) {
    const desk = await house.desk(context, "XS-0001", { viewport });
    await desk.opens("#/devices");
    await desk.page.evaluate((scale) => (document.documentElement.style.fontSize = `${scale * 100}%`), scale);
    const out = desk.at("sign-out");
    const box = await out.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= viewport.width, `${words}: the way out is ${JSON.stringify(box)}`);
    if (scale === 1) {
      await desk.page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      const bars = await desk.page.evaluate(() =>
        [...document.querySelectorAll(".sidenav, .topbar")].map((bar) => bar.getBoundingClientRect().bottom),
      );
      assert.ok(Math.max(...bars) <= 0, `${words}: bars are gone when the page is read further down: ${bars}`);
    }
    await picture(desk.page, `window-${words.replaceAll(/\W+/g, "-")}`);
    assertContent(desk);
  }
});

test("the panel of a phone holds its key, and the list keeps its last column", async (context) => {
  for (const settings of [{}, { locale: "en-GB" }]) {
    const desk = await house.desk(context, "XS-0001", settings);
    await desk.opens("#/devices");
    await desk.rows("list-devices").first().click();
    await desk.at("beside").waitFor();
    const over = await desk.page.evaluate(() => {
      const right = (element) => element.getBoundingClientRect().right;
      const beside = document.querySelector('[data-testid="beside"]');
      const key = beside.querySelector(".digest");
      const text = document.createRange();
      text.selectNodeContents(key);
      const list = document.querySelector('[data-testid="list-devices"] .table-scroll');
      return {
        key: Math.round(right(text) - right(beside)),
        state: list.scrollWidth - list.clientWidth,
      };
    });
    assert.ok(over.key <= 0, `the key stays within its panel: ${over.key}`);
    assert.ok(over.state <= 0, `the last column is there: ${over.state}`);
    await picture(desk.page, `device-panel-${settings.locale ?? "zh"}`);
    assertContent(desk);
  }
});

test("another language is spoken by what the server said, too", async (context) => {
  const desk = await house.desk(context, "XS-0001");
  const feed = desk.at("side-feed");
  await feed.locator("li time").first().waitFor();
  const asked = desk.page.waitForRequest(
    (request) => request.url().includes("/api/v1/feed?limit=") && request.headers()["accept-language"] === "en",
  );
  await desk.at("language").click();
  await asked;
  await feed.locator("li time").first().waitFor();
  assertContent(desk);
});
