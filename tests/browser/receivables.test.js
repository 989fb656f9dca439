// What customers owe: urged on the phone without a signal and in the office, excepted by two signatures.
// Source: S12, S34, S41, S43, S44, S45.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { by, isAccessible, picture } from "./harness/screen.js";

const house = House.forAllStories();

const day = (days) => new Date(Date.now() + (8 + days * 24) * 3_600_000).toISOString().slice(0, 10);

// S12, S41, S43, S44, Q3: what is in the bag is collected and not paid; a promise given in a valley reaches the office.
test("a rep urges without a signal, and the office reads whom, what and what was promised", async (context) => {
  const rep = await house.rep(context, "YW-0103");
  await rep.opens("#/overdue");
  const row = rep.page.locator(by("overdue-row")).first();
  await row.waitFor();
  await picture(rep.page, "receivables-overdue-phone");
  await isAccessible(rep.page, "the own overdue list");
  await row.click();
  await rep.page.locator(by("account")).waitFor();
  const name = (await rep.page.locator("h1:visible").first().innerText()).split("\n")[0].trim();
  assert.match(await rep.page.locator(by("overdue")).innerText(), /逾期 [\d,.]+ 元，从 .+ 起，\d+ 天/);
  await picture(rep.page, "receivables-customer-phone");

  await rep.losesSignal();
  await rep.page.locator(by("do-urge")).click();
  await rep.page.locator(by("save-urging")).click();
  await rep.page.locator(".field-error").first().waitFor();
  await rep.page.getByText("上门", { exact: true }).click();
  await rep.page.locator(by("urge-whom")).fill("店主马老板");
  await rep.page.locator(by("urge-what")).fill("工地结了账就付，先付一半");
  await rep.page.locator(by("urge-day")).fill(day(-3));
  await rep.page.locator(by("amount")).fill("1,000");
  await rep.page.locator(by("save-urging")).click();
  await rep.page.getByText(/已经过了/).first().waitFor();
  assert.equal(await rep.page.locator(by("urge-what")).inputValue(), "工地结了账就付，先付一半", "what was typed stays");
  await rep.page.locator(by("urge-day")).fill(day(2));
  await isAccessible(rep.page, "urging on the phone");
  await picture(rep.page, "receivables-urge-phone");
  await rep.page.locator(by("save-urging")).click();
  await rep.page.locator(by("promised")).waitFor();
  assert.match(await rep.page.locator(by("promised")).innerText(), /答应 .+ 付 1,000\.00 元/);
  await rep.page.getByText("催款 · 上门 · 店主马老板").first().waitFor();
  await rep.findsSignal();
  await rep.isDelivered();

  const desk = await house.desk(context, "WL-0001");
  await desk.opens("#/receivables");
  await desk.rows("list-receivables").first().waitFor();
  await desk.at("owed-ages").locator("td").first().waitFor();
  await isAccessible(desk.page, "receivables");
  await picture(desk.page, "receivables-list");
  await desk.opens(`#/receivables?q=${encodeURIComponent(name)}`);
  const owed = desk.rows("list-receivables").filter({ hasText: "1,000.00" }).first();
  await owed.click();
  await desk.at("beside").waitFor();
  await picture(desk.page, "receivables-beside");
  await desk.at("urge").click();
  await desk.at("urge-save").click();
  await desk.page.locator(".field-error").first().waitFor();
  await desk.at("urge-whom").locator("input").fill("会计小丁");
  await desk.at("urge-what").locator("textarea").fill("请按合同付到公司账户");
  await picture(desk.page, "receivables-urge-desk");
  await desk.at("urge-save").click();
  await desk.at("beside").getByRole("link").first().click();
  await desk.at("account").waitFor();
  await desk.at("urgings").getByText("请按合同付到公司账户").waitFor();
  await desk.at("urgings").getByText("工地结了账就付，先付一半").waitFor();
  await isAccessible(desk.page, "a customer's account");
  await picture(desk.page, "receivables-customer");
  assertContent(rep, desk);
});

// S12, S45: goods go before their money only when one has asked, another approved, and only until the last day.
test("a credit exception is made by a head, approved by finance, and lets the goods go on the phone too", async (context) => {
  const rep = await house.rep(context, "YW-0105");
  await rep.opens("#/overdue");
  await rep.page.locator(by("overdue-row")).first().click();
  await rep.page.locator(by("account")).waitFor();
  const customer = rep.page.url().split("/").pop();
  const head = await house.desk(context, "XS-0001");
  await head.opens(`#/customers/${customer}`);
  await head.at("account-orders").waitFor();
  await head.at("account-orders").getByText(/不能发货/).first().waitFor();
  await head.at("make-credit").click();
  await head.at("credit-save").click();
  await head.page.locator(".field-error").first().waitFor();
  await head.at("credit-limit").locator("input").fill("８００，０００");
  await head.at("credit-from").locator("input").fill(day(0));
  await head.at("credit-to").locator("input").fill(day(400));
  await head.at("credit-reason").locator("textarea").fill("春耕赊销，六月结清");
  await head.at("credit-save").click();
  await head.page.getByText(/最多 366 天/).first().waitFor();
  await head.at("credit-to").locator("input").fill(day(90));
  await picture(head.page, "receivables-credit-form");
  await head.at("credit-save").click();
  await head.at("exceptions").getByText("春耕赊销，六月结清").waitFor();
  assert.equal(await head.at("approve-credit").count(), 0, "nobody approves their own");
  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/credit-exceptions");
  await finance.rows("list-credit-exceptions").filter({ hasText: "春耕赊销" }).first().click();
  await finance.at("approve-credit").click();
  await picture(finance.page, "receivables-credit-approve");
  await finance.at("approve-credit-confirm").click();
  await finance.at("beside").getByText("已批准").first().waitFor();
  await isAccessible(finance.page, "credit exceptions");
  await picture(finance.page, "receivables-credit-list");
  await head.at("account-orders").getByText("在特殊政策内，可以发货").first().waitFor();

  await rep.syncs();
  await rep.opens(`#/customers/${customer}`);
  await rep.page.getByText(/最多欠付 800,000\.00 元/).first().waitFor();
  await picture(rep.page, "receivables-credit-phone");
  assertContent(rep, head, finance);
});
