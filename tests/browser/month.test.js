// The month is closed in the office: what it waits for, both signatures, and the signed changes behind each figure.
// Source: S17, S78.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { Interface } from "./harness/office.js";
import { isAccessible, picture } from "./harness/screen.js";

// Seven in the evening of Friday, 30 October 2026, in the company's zone: the month ended an hour ago.
const EVENING = Date.parse("2026-10-30T19:00:00+08:00");

const house = House.forAllStories(undefined, EVENING);

const text = (place) => place.innerText();

// S17: two phones are not in; the clerk closes the month with a reason, finance sends it back, then both have signed.
test("the thirtieth with phones missing: closed with a reason, sent back, closed anew and countersigned", async (context) => {
  const clerk = await house.desk(context, "NQ-0001");
  await clerk.opens("#/month");
  await clerk.at("gate-phones").waitFor();
  assert.match(await text(clerk.page.locator("h1")), /2026年10月关账/);
  assert.match(await text(clerk.at("gate-phones")), /差 \d+ 部/);
  const missing = clerk.at("missing-phones").locator("tbody tr");
  const names = await missing.locator("b").allInnerTexts();
  assert.ok(names.length > 0 && names.length < 6, `${names.length} phones are missing`);
  await isAccessible(clerk.page, "a month that is not closed");
  await picture(clerk.page, "month-open");

  // Hundreds of customers are not drawn at once; paper has them all.
  const customers = clerk.at("month-customers").locator("tbody tr");
  assert.equal(await customers.count(), 100);
  const all = clerk.at("month-customers-all");
  const count = Number((await text(all)).match(/全部 ([\d,]+) 行/)?.[1].replace(",", ""));
  assert.ok(count > 100, `${count} customers`);
  await picture(clerk.page, "month-first-hundred");
  await all.click();
  await customers.nth(count - 1).waitFor();
  assert.deepEqual([await customers.count(), await all.count()], [count, 0]);

  // Every figure opens the signed changes behind it.
  const cash = "td:nth-child(3) button";
  const line = clerk.at("month-reps").locator("tbody tr").filter({ has: clerk.page.locator(cash) }).first();
  const figure = line.locator(cash);
  const sum = await figure.innerText();
  await figure.click();
  await clerk.page.getByRole("dialog").waitFor();
  await clerk.at("month-changes").locator("li").first().waitFor();
  const said = (await text(clerk.at("month-changes-sum"))).match(/合计 (-?[\d,.]+) 元/);
  assert.equal(said?.[1], sum, "the changes come to the figure, with its sign");
  await isAccessible(clerk.page, "the changes behind a figure");
  await picture(clerk.page, "month-changes");
  await clerk.page.keyboard.press("Escape");

  // Differences are explained line by line; what was typed stays until it is said.
  for (;;) {
    await clerk.isRead();
    const open = clerk.at("month-reps").locator("tbody tr").filter({ hasText: "还没有说明" });
    const left = await open.count();
    if (left === 0) break;
    await open.first().getByRole("button", { name: "说明" }).click();
    await clerk.at("explain-save").click();
    await clerk.page.locator(".field-error").first().waitFor();
    await clerk.at("explanation").locator("textarea").fill("客户移交前后各记了一笔，部长已裁定");
    await picture(clerk.page, "month-explain");
    await clerk.at("explain-save").click();
    await clerk.page.getByRole("dialog").waitFor({ state: "detached" });
    await clerk.page.waitForFunction(
      (before) => [...document.querySelectorAll('[data-testid="month-reps"] tbody tr')].filter((row) => row.textContent.includes("还没有说明")).length < before,
      left,
    );
  }
  await clerk.at("gate-differences").getByText("差额都有说明").waitFor();

  // A customer's difference may be explained as well.
  const owing = clerk.at("month-customers").locator("tbody tr").filter({ has: clerk.page.getByRole("button", { name: "说明", exact: true }) }).first();
  const owingName = await owing.locator("td").first().innerText();
  await owing.getByRole("button", { name: "说明", exact: true }).click();
  await clerk.at("explanation").locator("textarea").fill("货下周发，款随货到");
  await clerk.at("explain-save").click();
  await clerk.at("month-customers").locator("tbody tr").filter({ hasText: owingName }).getByText("货下周发，款随货到").waitFor();

  // Without a word it is not closed.
  await clerk.at("close-month").click();
  await clerk.page.getByRole("alertdialog").waitFor();
  await clerk.at("reason-confirm").click();
  await clerk.page.locator(".field-error").first().waitFor();
  await clerk.at("reason").locator("textarea").fill("人在山区没信号，已电话核对");
  await isAccessible(clerk.page, "closing without phones");
  await picture(clerk.page, "month-close-without");
  await clerk.at("reason-confirm").click();
  await clerk.at("month-signatures").waitFor();
  assert.match(await text(clerk.at("missing-note")), /人在山区没信号，已电话核对/);

  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/month");
  await finance.at("send-back-month").click();
  await finance.at("reason").locator("textarea").fill("先补上白师傅的回单");
  await finance.at("reason-confirm").click();
  await clerk.at("month-sent-back").getByText("先补上白师傅的回单").waitFor();
  await picture(clerk.page, "month-sent-back");
  await clerk.at("close-month").click();
  await clerk.at("reason").locator("textarea").fill("回单已补，人在山区没信号");
  await clerk.at("reason-confirm").click();
  await clerk.at("month-signatures").waitFor();
  const signed = await text(clerk.at("month-hash"));

  await finance.at("agree-month").click();
  await finance.at("agree-month-confirm").click();
  // Q10: without a phone it is closed once a head has signed as well.
  const head = await house.desk(context, "SC-0001");
  await head.opens("#/month");
  await head.at("release-month").click();
  await picture(head.page, "month-release");
  assert.match(await text(head.at("gate-signatures")), /已签，等部长同意缺机关账/);
  await head.at("release-month-confirm").click();
  // What is due is the next month by now; whoever has this one open stays with it, and is told that it is closed.
  for (const one of [head, finance]) {
    await one.at("month-closed").getByText("2026年10月已关账。").waitFor();
    assert.match(await text(one.at("month-closed")), /接着要关的是2026年11月/);
    assert.match(await text(one.page.locator("h1")), /2026年10月关账/);
    assert.match(one.address(), /month=2026-10/);
    await one.at("gate-signatures").getByText("内勤、部长、财务都已签字").waitFor();
  }
  assert.equal(await text(finance.at("month-hash")), signed, "both signed the same bytes");
  await isAccessible(finance.page, "a closed month");
  await picture(finance.page, "month-closed");
  await clerk.opens("#/month?month=2026-10");
  await clerk.at("gate-signatures").getByText("内勤、部长、财务都已签字").waitFor();

  // On paper it is the form: every line, one size of figures, the signatures at the end, and nothing of the screen.
  const pdf = (await clerk.page.pdf({ path: "output/month-paper.pdf", preferCSSPageSize: true })).toString("latin1");
  const pages = [...pdf.matchAll(/\/Type \/Page\b(?!s)/g)].length;
  assert.ok(pages > 0 && pages <= 2 + count / 30, `${pages} pages for ${count} customers`);
  assert.match(pdf, /MediaBox \[0 0 84\d[\d.]* 59\d[\d.]*\]/, "A4 landscape");
  await clerk.page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await clerk.page.emulateMedia({ media: "print" });
  const paper = clerk.at("month-paper");
  const form = await text(paper);
  for (const said of ["《销售资金回收表》", "2026年10月 · 截止 2026年10月30日 18:00", "已关账（", "货下周发，款随货到（", "回单已补，人在山区没信号"]) {
    assert.ok(form.includes(said), `the form says ${said}`);
  }
  assert.ok(form.indexOf("财务部（核对）") > form.indexOf("没到齐的手机"), "the signatures stand at the end");
  assert.ok(form.includes(signed.replace("校验 ", "")), "with the hash that was signed");
  assert.equal(await paper.locator("table").nth(1).locator("tbody tr").count(), count + 1, "every customer, and the sum");
  assert.equal(await paper.locator("button, a, .badge").count(), 0);
  assert.equal(await clerk.at("month-gates").isVisible(), false);
  const looks = await paper.locator("td.n").evaluateAll((cells) => [...new Set(cells.map((cell) => `${getComputedStyle(cell).fontSize} ${getComputedStyle(cell).color}`))]);
  assert.equal(looks.length, 1, `figures on paper look ${looks.join(", ")}`);
  await picture(clerk.page, "month-paper");
  await clerk.page.emulateMedia({ media: "screen" });
  await clerk.page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  assert.equal(await paper.count(), 0);

  const [file] = await Promise.all([finance.page.waitForEvent("download"), finance.at("export").click()]);
  assert.match(file.suggestedFilename(), /^销售资金回收表-\d{4}-\d{2}-\d{2}\.xlsx$/);
  assert.equal((await readFile(await file.path())).subarray(0, 2).toString(), "PK");

  // Another month: the choice is kept in the address, and a closed one is as it was.
  await finance.page.getByLabel("哪个月").selectOption("2026-09");
  await finance.page.locator("h1").getByText("2026年9月关账").waitFor();
  await finance.isRead();
  assert.match(finance.address(), /month=2026-09/);
  assert.match(await text(finance.at("gate-signatures")), /都已签字/);
  assertContent(clerk, finance, head);
});

// S13, S17: what the bank returns once a month is closed counts in the month after it, and leaves the closed one as signed.
test("a remittance returned after the month was closed counts in the next one", async (context) => {
  const finance = await house.desk(context, "CW-0001");
  const asked = await Interface.signsIn(house.origin, "CW-0001");
  const closed = await asked.reads("/months/2026-10");
  assert.equal(closed.status, "closed");
  const sent = await asked.reads("/remittances?status=confirmed&from=2026-10-12&to=2026-10-30");
  const { staff, amount } = sent.rows[0];
  const before = (await asked.reads("/months/2026-11")).reps.find((line) => line.staff.id === staff.id);
  assert.equal(before.reversed, "0.00");
  await finance.opens("#/remittances?status=confirmed");
  await finance.rows("list-remittances").filter({ hasText: staff.name }).first().click();
  await finance.at("reverse").click();
  await finance.at("reason").locator("textarea").fill("银行退回：收款行账户异常");
  await finance.at("reason-confirm").click();
  await finance.at("reverse").waitFor({ state: "detached" });

  // The month that is due by now has it, beside whose it is, with the signed change and its reason behind it.
  await finance.opens("#/month");
  await finance.page.locator("h1").getByText("2026年11月关账").waitFor();
  await finance.isRead();
  const line = finance.at("month-reps").locator("tbody tr").filter({ hasText: staff.name });
  const figure = line.locator("td:nth-child(7) button");
  assert.equal(await figure.innerText(), Number(amount).toLocaleString("en-US", { minimumFractionDigits: 2 }));
  await picture(finance.page, "month-next-reversed");
  await figure.click();
  await finance.page.getByRole("dialog").waitFor();
  await finance.at("month-changes").getByText("银行退回：收款行账户异常").waitFor();
  await picture(finance.page, "month-next-reversed-change");
  await finance.page.keyboard.press("Escape");

  // The closed one is the same to the byte, and nothing came late into it: the bank has said so after its end.
  await finance.opens("#/month?month=2026-10");
  await finance.at("gate-signatures").getByText("内勤、部长、财务都已签字").waitFor();
  const again = await asked.reads("/months/2026-10");
  assert.deepEqual([again.table, again.reps, again.customers], [closed.table, closed.reps, closed.customers]);
  assert.match(await text(finance.at("month-hash")), new RegExp(closed.table.slice(0, 8)));
  await picture(finance.page, "month-closed-after-a-return");
  assertContent(finance);
});

// S78: who closes no month and signs none is not given the page.
test("the books of a month are given to those who sign them alone", async (context) => {
  const head = await house.desk(context, "XS-0002");
  assert.equal(await head.page.locator('nav a[href="#/month"]').count(), 0);
  assertContent(head);
});

// S16: what was refused is not said again by a sheet that is opened anew; what was typed is.
test("a sheet that was refused is closed by Esc and begins anew without the refusal", async (context) => {
  const vice = await house.desk(context, "FZ-0001");
  await vice.opens("#/special-rules");
  await vice.at("list-special-rules").getByText("还没有特殊规定").waitFor();
  await picture(vice.page, "special-rules-none");
  await vice.at("make-rule").click();
  await vice.at("rule-staff").selectOption({ index: 1 });
  await vice.at("rule-hold").locator("input").fill("30000");
  await vice.at("rule-remit").locator("input").fill("40000");
  await vice.at("rule-from").locator("input").fill("2026-11-01");
  await vice.at("rule-to").locator("input").fill("2026-11-20");
  await vice.at("rule-reason").locator("textarea").fill("节前备货");
  await vice.at("rule-save").click();
  const refused = vice.page.getByRole("dialog").locator("[role=alert], .field-error").first();
  await refused.waitFor();
  await picture(vice.page, "special-rule-refused");
  await vice.page.evaluate(() => document.activeElement.blur());
  await vice.page.keyboard.press("Escape");
  await vice.page.getByRole("dialog").waitFor({ state: "detached" });
  await vice.at("make-rule").click();
  await vice.page.getByRole("dialog").waitFor();
  assert.equal(await refused.count(), 0, "what stood in the way last time");
  assert.equal(await vice.at("rule-reason").locator("textarea").inputValue(), "节前备货");
  await vice.at("rule-save").click();
  await refused.waitFor();
  assertContent(vice);
});

test("a month reads in English and dark", async (context) => {
  const settings = { colorScheme: "dark", locale: "en-GB" };
  const finance = await house.desk(context, "CW-0001", settings);
  await finance.opens("#/month?month=2026-09");
  await finance.at("gate-phones").waitFor();
  assert.match(await text(finance.page.locator("h1")), /Closing Sep 2026/);
  await isAccessible(finance.page, "a month in English and dark");
  await picture(finance.page, "month-english-dark");
  assertContent(finance);
});
