// The console at work: what every desk does there, and what it says when something stands in the way.
// Source: S5, S13, S14, S17, S42, S46, S78, S79, S92.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { Device } from "./harness/browser.js";
import { assertContent, House } from "./harness/house.js";
import { Desk, Interface } from "./harness/office.js";
import { isAccessible, picture } from "./harness/screen.js";

const house = House.forAllStories();

/** Writes words into a field of a customer's card, over what stands there. */
async function writes(asked, customer, field, words) {
  const card = await asked.reads(`/customers/${customer}`);
  const replaces = card.fields.find((row) => row.field === field)?.heads ?? [];
  const value = { type: "text", value: words };
  await asked.commands({ op: "card-field-set", customer, field, value, replaces });
}

const LISTS = ["visits", "orders", "collections", "remittances", "accounts", "price-lists", "held", "devices"];
const PAGES = ["", "feed", "customers", "cash", "products", "conflicts", "staff", "search?q=%E5%BE%B7"];
const EDITORS = ["products/new", "price-lists/new"];

test("a wrong passphrase is told with the tries that are left, and the right one opens the overview", async (context) => {
  const device = await Device.desk(house.origin);
  const desk = new Desk(device);
  context.after(() => desk.close());
  await desk.page.goto("/office/");
  await desk.at("sign-in").waitFor();
  await isAccessible(desk.page, "sign-in");
  await desk.enters("SC-0001", "not the passphrase");
  const refusal = desk.at("sign-in").getByRole("alert");
  await refusal.waitFor();
  assert.match(await refusal.innerText(), /还可以试 \d+ 次/);
  await isAccessible(desk.page, "sign-in, refused");
  await desk.enters("SC-0001");
  await desk.at("figures").waitFor();
  assertContent(desk);
});

for (const [words, settings] of [
  ["in Chinese and light", { colorScheme: "light" }],
  ["in English and dark", { colorScheme: "dark", locale: "en-GB" }],
]) {
  test(`no page, panel or editor of the console has an accessibility violation ${words}`, async (context) => {
    const head = await house.desk(context, "XS-0001", settings);
    const check = async (name) => {
      await isAccessible(head.page, `${name}, ${words}`);
      await picture(head.page, `office-${name.replaceAll(/[^a-z-]/g, "-") || "home"}-${settings.colorScheme}`);
    };
    for (const route of [...PAGES, ...EDITORS]) {
      await head.opens(`#/${route}`);
      await check(route);
    }
    for (const list of LISTS) {
      await head.opens(`#/${list}`);
      await head.rows(`list-${list}`).first().click();
      await head.at("beside").waitFor();
      await check(`${list}, one of them`);
    }
    await head.opens("#/feed");
    await head.rows("feed").first().click();
    await head.at("beside").waitFor();
    await check("feed, one entry");
    await head.opens("#/customers");
    await head.rows("list-customers").first().click();
    await head.at("customer").waitFor();
    await head.isRead();
    await check("customer");
    await head.at("hand-over").click();
    await head.page.getByRole("dialog").waitFor();
    await check("hand-over");
    await head.page.keyboard.press("Escape");
    await head.opens("#/devices?status=active");
    await head.rows("list-devices").first().click();
    await head.at("revoke").click();
    await head.page.getByRole("alertdialog").waitFor();
    await check("stopping a phone");
    await head.page.keyboard.press("Escape");
    await head.page.keyboard.press("?");
    await head.page.getByRole("dialog").waitFor();
    await check("keys");
    assertContent(head);
  });
}

test("a list is narrowed, put in order and paged, keeps all that in its address, and goes out as a file", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/visits");
  const search = head.page.locator('.filters input[type="search"]');
  await search.fill("马建国");
  await head.page.waitForFunction(() => {
    const rows = [...document.querySelectorAll('[data-testid="list-visits"] tbody tr[tabindex]')];
    return rows.length > 0 && rows.every((row) => row.textContent.includes("马建国"));
  });
  await head.page.getByRole("button", { name: "客户", exact: true }).click();
  await head.page.locator('th[aria-sort="ascending"]').getByText("客户").waitFor();
  await head.page.getByRole("button", { name: "下一页" }).click();
  await head.page.getByText(/第 51–/).waitFor();
  assert.match(head.address(), /q=马建国/);
  assert.match(head.address(), /sort=customer/);
  assert.match(head.address(), /page=2/);
  await head.isRead();
  const before = await head.rows("list-visits").allInnerTexts();
  await head.page.reload();
  await head.page.getByText(/第 51–/).waitFor();
  await head.isRead();
  assert.deepEqual(await head.rows("list-visits").allInnerTexts(), before);
  const [file] = await Promise.all([head.page.waitForEvent("download"), head.at("export").click()]);
  assert.match(file.suggestedFilename(), /^拜访-\d{4}-\d{2}-\d{2}\.xlsx$/);
  const bytes = await readFile(await file.path());
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  assertContent(head);
});

test("a number on paper leads to its one order, and a name to the customer's page", async (context) => {
  const head = await house.desk(context, "XS-0001");
  const asked = await Interface.signsIn(house.origin, "XS-0001");
  const order = (await asked.reads("/orders?per_page=1")).rows[0];
  const top = head.page.getByRole("searchbox").first();
  await top.fill(order.number.toLowerCase());
  await top.press("Enter");
  await head.counts(1);
  assert.match(await head.rows("list-orders").innerText(), new RegExp(order.number));
  await top.fill(order.customer.name);
  await top.press("Enter");
  // The groups come in any order; orders name the customer as well.
  await head.at("search").locator(`a[href="#/customers/${order.customer.id}"]`).click();
  await head.at("customer").waitFor();
  assert.equal(head.address(), `#/customers/${order.customer.id}`);
  assert.equal(await head.page.evaluate(() => document.activeElement.tagName), "H1", "the title has the focus");
  assertContent(head);
});

test("a held change says who, why, what it holds and what comes next, and is found by its customer", async (context) => {
  const head = await house.desk(context, "XS-0001");
  const asked = await Interface.signsIn(house.origin, "XS-0001");
  const held = (await asked.reads("/held?per_page=200")).rows;
  const theirs = held.find(({ reason }) => reason.code === "customer.not-yours");
  await head.opens("#/held");
  await head.counts(held.length);
  await head.page.locator('.filters input[type="search"]').fill(theirs.customer.name);
  await head.page.waitForFunction((all) => {
    const rows = document.querySelectorAll('[data-testid="list-held"] tbody tr[tabindex]');
    return rows.length > 0 && rows.length < all;
  }, held.length);
  await head.rows("list-held").first().click();
  const panel = await head.at("beside").innerText();
  for (const part of [theirs.by.name, theirs.customer.name, "接下来", "原来记的内容", "customer.not-yours"]) {
    assert.ok(panel.includes(part), `${part} in ${panel}`);
  }
  assertContent(head);
});

test("a conflict is settled by keeping one of its values", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/conflicts");
  const conflicts = head.at("conflict");
  const count = await conflicts.count();
  assert.ok(count > 1);
  // What a head has to choose stands in the same list, and is counted with it.
  const all = count + (await head.at("choice").count());
  await head.counts(all);
  await conflicts.first().locator('[data-testid="restore"]').click();
  await head.counts(all - 1);
  assert.equal(await conflicts.count(), count - 1);
  assertContent(head);
});

test("a customer is handed over from a sheet that news leave open, and the timeline tells of it", async (context) => {
  const head = await house.desk(context, "XS-0001");
  const clerk = await Interface.signsIn(house.origin, "NQ-0002");
  const customer = (await clerk.reads("/customers?per_page=1&sort=-label")).rows[0];
  await head.opens(`#/customers/${customer.id}`);
  await head.at("hand-over").click();
  const sheet = head.page.getByRole("dialog");
  const to = sheet.locator("select");
  const other = await to.evaluate((select) => [...select.options].find((option) => option.value !== select.value).text);
  await to.selectOption({ label: other });
  await writes(clerk, customer.id, "phone", "13999990000");
  await head.page.locator(".card-table").getByText("13999990000").waitFor();
  assert.ok(await sheet.isVisible(), "the sheet is still open");
  assert.equal(await to.evaluate((select) => select.selectedOptions[0].text), other, "and what was chosen is kept");
  await head.at("hand-over-confirm").click();
  await sheet.waitFor({ state: "detached" });
  await head.page.locator(".page-head").getByText(`负责人 ${other}`).waitFor();
  await head.at("timeline").getByText("定负责人").first().waitFor();
  assertContent(head);
});

test("logistics takes an order in hand, and withdraws one only when asked once more", async (context) => {
  const logistics = await house.desk(context, "WL-0001");
  await logistics.opens("#/orders?status=taken");
  const rows = logistics.rows("list-orders");
  await rows.first().click();
  await logistics.at("accept").click();
  await logistics.at("beside").getByText("已接单").first().waitFor();
  await logistics.page.keyboard.press("Escape");
  await logistics.isRead();
  await rows.first().click();
  await logistics.at("withdraw").click();
  const sheet = logistics.page.getByRole("alertdialog");
  await sheet.getByRole("button", { name: "取消" }).click();
  await sheet.waitFor({ state: "detached" });
  assert.equal(await logistics.at("beside").getByText("已撤单").count(), 0, "nothing was withdrawn yet");
  await logistics.at("withdraw").click();
  await logistics.at("withdraw-confirm").click();
  await logistics.at("beside").getByText("已撤单").first().waitFor();
  assertContent(logistics);
});

test("finance reverses a receipt with a reason, and not without one", async (context) => {
  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/collections?status=transfer");
  await finance.rows("list-collections").first().click();
  await finance.at("reverse").click();
  await finance.at("reason-confirm").click();
  await finance.page.getByText("请写原因").waitFor();
  await finance.at("reason").locator("textarea").fill("银行没有这一笔");
  await finance.at("reason-confirm").click();
  await finance.page.getByRole("alertdialog").waitFor({ state: "detached" });
  await finance.at("beside").getByText("银行没有这一笔").waitFor();
  assert.equal(await finance.at("reverse").count(), 0, "it is reversed once");
  assertContent(finance);
});

test("finance puts a company account on the list and takes it off again", async (context) => {
  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/accounts");
  await finance.at("open-account").click();
  await finance.at("open-account-save").click();
  await finance.page.getByRole("dialog").getByRole("alert").first().waitFor();
  const [holder, bank, number] = await finance.page.getByRole("dialog").locator("input").all();
  await holder.fill("宁夏塞上良品食品有限公司");
  await bank.fill("石嘴山银行大武口支行");
  await number.fill("2900 0000 0000 0000 9");
  await finance.at("open-account-save").click();
  const row = finance.rows("list-accounts").filter({ hasText: "石嘴山银行大武口支行" });
  await row.click();
  await finance.at("close-account").click();
  await finance.at("close-account-confirm").click();
  await finance.at("beside").getByText("已停用").first().waitFor();
  assertContent(finance);
});

test("a product is described anew, and leaving it unsaved asks first", async (context) => {
  const clerk = await house.desk(context, "NQ-0001");
  await clerk.opens("#/products");
  await clerk.rows("list-products").first().click();
  const name = clerk.at("product-editor").getByLabel("名称");
  await name.fill("特一面粉（新装）");
  await clerk.page.evaluate(() => (location.hash = "#/orders"));
  const sheet = clerk.page.getByRole("alertdialog");
  await sheet.waitFor();
  await clerk.at("leaving-stay").click();
  assert.equal(await name.inputValue(), "特一面粉（新装）");
  assert.match(clerk.address(), /^#\/products\//);
  await clerk.at("language").click();
  await sheet.waitFor();
  await clerk.page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  assert.equal(await name.inputValue(), "特一面粉（新装）");
  await clerk.at("save-product").click();
  await clerk.page.getByText("特一面粉（新装）").first().waitFor();
  assert.equal(clerk.address(), "#/products");
  await clerk.rows("list-products").first().click();
  await name.fill("又改了");
  await clerk.page.evaluate(() => (location.hash = "#/orders"));
  await clerk.at("leaving-leave").click();
  await clerk.page.getByRole("heading", { name: "订单" }).waitFor();
  assertContent(clerk);
});

test("the next price list is issued from the one in force", async (context) => {
  const clerk = await house.desk(context, "NQ-0001");
  await clerk.opens("#/price-lists/new");
  const editor = clerk.at("price-editor");
  const price = editor.locator(".price-input").first();
  await price.fill("0");
  await editor.getByText("要填大于 0 的数").waitFor();
  await price.fill("99.50");
  await editor.getByLabel("版本").fill("2030-01");
  await editor.getByLabel("开始").fill("2030-01-01");
  await editor.getByLabel("截止").fill("2030-01-31");
  await clerk.at("issue").click();
  const row = clerk.rows("list-price-lists").filter({ hasText: "2030-01" });
  await row.click();
  await clerk.at("beside").getByText("99.50").first().waitFor();
  assertContent(clerk);
});

test("a lost phone is stopped with a reason", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/devices?status=active&sort=-label");
  await head.rows("list-devices").first().click();
  await head.at("revoke").click();
  await head.at("reason").locator("textarea").fill("丢在班车上");
  await head.at("reason-confirm").click();
  await head.page.getByRole("alertdialog").waitFor({ state: "detached" });
  await head.at("beside").getByText("已停用").first().waitFor();
  // It is stopped once.
  await head.at("revoke").waitFor({ state: "detached" });
  assertContent(head);
});

test("the feed is narrowed at the server, kept in the address, and goes back without a hole", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/feed?kind=visit-recorded");
  await head.at("older").click();
  await head.page.waitForFunction(() => document.querySelectorAll('[data-testid="feed"] tbody tr[tabindex]').length > 100);
  const asked = await Interface.signsIn(house.origin, "XS-0001");
  const wanted = (await asked.reads("/feed?kind=visit-recorded&limit=200")).entries.map((entry) => entry.position);
  const shown = await head.rows("feed").evaluateAll((rows) =>
    rows.map((row) => Number(row.cells[0].textContent.replaceAll(",", ""))),
  );
  assert.deepEqual(shown, wanted.slice(0, shown.length));
  await head.page.getByLabel("种类").selectOption("order-taken");
  await head.page.waitForFunction(() => location.hash.includes("kind=order-taken"));
  assertContent(head);
});

test("whoever reads further down is told how much has arrived", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/feed");
  await head.page.evaluate(() => (document.querySelector("#page").scrollTop = 400));
  const top = await head.rows("feed").first().innerText();
  const clerk = await Interface.signsIn(house.origin, "NQ-0002");
  const customer = (await clerk.reads("/customers?per_page=1")).rows[0];
  for (const count of [1, 2]) {
    await writes(clerk, customer.id, "direction", `打算第 ${count} 次扩门面`);
    await head.at("news").getByText(`又来了 ${count} 笔`).waitFor();
  }
  assert.equal(await head.rows("feed").first().innerText(), top, "the line that was read has not moved");
  await head.at("news").getByRole("button").click();
  await head.at("news").waitFor({ state: "detached" });
  assert.notEqual(await head.rows("feed").first().innerText(), top);
  assertContent(head);
});

test("an ended sign-in is renewed over the page, and what was typed is still there", async (context) => {
  const clerk = await house.desk(context, "NQ-0001");
  await clerk.opens("#/products/new");
  const name = clerk.at("product-editor").getByLabel("名称");
  await name.fill("还没有保存的产品");
  // The page's own session, ended as by an administrator: renewed by its cookie, then signed out.
  const headers = { "x-fieldbook-client": "office", origin: house.origin };
  const renewed = await clerk.device.context.request.post("/api/v1/session/refresh", { headers });
  const { access } = await renewed.json();
  await clerk.device.context.request.delete("/api/v1/session", { headers: { ...headers, authorization: `Bearer ${access}` } });
  const colleague = await Interface.signsIn(house.origin, "NQ-0002");
  await writes(colleague, (await colleague.reads("/customers?per_page=1")).rows[0].id, "credit", "现款现货");
  await clerk.at("sign-in").waitFor();
  await isAccessible(clerk.page, "sign-in over a page");
  await clerk.enters("NQ-0001");
  await clerk.at("sign-in").waitFor({ state: "detached" });
  assert.equal(await name.inputValue(), "还没有保存的产品");
  assertContent(clerk);
});

test("a lost connection is said, old rows are marked, and everything comes back by itself", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/orders");
  await house.server.crash();
  await head.at("lost").waitFor({ timeout: 120_000 });
  await head.page.locator('.filters input[type="search"]').fill("马建国");
  await head.at("stale").waitFor();
  assert.match(await head.at("stale").innerText(), /net\.unreachable/);
  await picture(head.page, "office-stale");
  await house.server.start();
  await head.at("lost").waitFor({ state: "detached", timeout: 120_000 });
  await head.at("stale").waitFor({ state: "detached", timeout: 120_000 });
  await head.page.waitForFunction(() => {
    const rows = [...document.querySelectorAll('[data-testid="list-orders"] tbody tr[tabindex]')];
    return rows.length > 0 && rows.every((row) => row.textContent.includes("马建国"));
  });
  assertContent(head);
});

test("who signs out while the server is away stays signed out, and a server that is away is no sign-out", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.page.route("**/api/v1/session/refresh", (route) => route.fulfill({ status: 503, body: "{}" }));
  await head.page.reload();
  await head.page.getByRole("button", { name: "再试一次" }).waitFor();
  assert.equal(await head.at("sign-in").count(), 0, "nobody was signed out");
  await head.page.unroute("**/api/v1/session/refresh");
  await head.page.getByRole("button", { name: "再试一次" }).click();
  await head.at("figures").waitFor();
  await head.page.route("**/api/v1/session", (route) => route.abort());
  await head.at("sign-out").click();
  await head.at("sign-in").waitFor();
  await head.page.unroute("**/api/v1/session");
  await head.page.reload();
  await head.at("sign-in").waitFor();
  assert.equal(await head.at("figures").count(), 0);
  assertContent(head);
});

test("a list and a panel can be printed, with who, when and what on every page", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/orders?q=马建国&status=accepted");
  const foot = () => head.page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--print-foot"));
  assert.match(await foot(), /XS-0001 李部长 · \d{4}年.* 打印 · 马建国 · 已接单/);
  await head.page.emulateMedia({ media: "print" });
  assert.ok(await head.at("list-orders").locator("table").first().isVisible());
  assert.equal(await head.at("export").isVisible(), false);
  await head.page.emulateMedia({ media: "screen" });
  await head.rows("list-orders").first().click();
  await head.page.emulateMedia({ media: "print" });
  assert.ok(await head.at("beside").isVisible(), "the order looked at is what is printed");
  assert.equal(await head.rows("list-orders").first().isVisible(), false);
  await picture(head.page, "office-print-order");
  assertContent(head);
});
