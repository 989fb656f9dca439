// The cash drawer of a rep: one limit over two phones, what is typed, money already taken, and what a customer checks.
// Source: S13, S14, S15, S17.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { OUTPUT } from "./harness/places.js";
import { by, isAccessible, picture } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const house = House.forAllStories();

/** Gives a part of this phone's share to the only other one. */
async function gives(rep, amount) {
  await rep.opens("#/drawer/share");
  await rep.page.locator(by("amount")).fill(amount);
  await rep.page.locator(by("save-share")).click();
  await rep.leaves("#/drawer/share");
}

// S14, S15: the limit of 20,000.00 is divided among the phones of a rep; offline each goes by its own share.
test("two phones of one rep share the limit to the fen while both are without a signal", async (context) => {
  const first = await house.rep(context, "YW-0117");
  const second = await house.rep(context, "YW-0117");
  const [customer] = await first.customers();

  // The second phone has nothing and says where the share lies.
  await second.opens("#/drawer");
  assert.match(await second.said("no-share"), /本机没有现金额度.*还有 20,000\.00 元/);
  await picture(second.page, "drawer-no-share");

  // More than is left is not given; what was typed stays.
  await first.syncs();
  await first.opens("#/drawer/share");
  await first.page.locator(by("amount")).fill("20,000.01");
  await first.page.locator(by("save-share")).click();
  await first.page.locator('.field-error').first().waitFor();
  assert.equal(await first.page.locator(by("amount")).inputValue(), "20,000.01");
  await gives(first, "10000");
  await first.isDelivered();
  await second.syncs();
  await second.opens("#/drawer");
  await second.page.locator(by("no-share")).waitFor({ state: "detached" });

  await first.losesSignal();
  await second.losesSignal();

  // 9,999.99 on the one phone is below the sum to remit from; one fen more reaches it.
  await first.collects(customer, "9,999.99");
  await first.opens("#/");
  await first.says("cash-in-hand", "9,999.99");
  assert.equal(await first.page.locator(by("remit-banner")).count(), 0, "9,999.99 is not to be remitted yet");
  await first.collects(customer, "0.01");
  await first.opens("#/");
  assert.match(await first.said("remit-banner"), /手上 10,000\.00 元.*18:00 以前汇回/);
  await picture(first.page, "drawer-remit-by");

  // The share of this phone is spent: the refusal names the other one and what it has left.
  await first.types(customer, "0.01");
  await first.page.locator(by("over-limit")).waitFor();
  assert.match(await first.page.getByRole("alertdialog").innerText(), /会超本机额度 0\.01 元/);
  assert.match(await first.said("over-limit"), /本机的额度是 10,000\.00 元.*不能再收现金/);
  assert.match(await first.said("over-other-phone"), /还可收 10,000\.00 元/);
  await picture(first.page, "drawer-refused");
  await first.page.locator(by("over-back")).click();

  // 20,000.00 over both is held without a word; 20,000.01 is not taken anywhere.
  await second.types(customer, "10,000.01");
  const above = (held) => `本机手上 ${held} 元，加这笔是 10,000.01 元。本机的额度是 10,000.00 元。`;
  await second.refusedAbove(`${above("0.00")} 本机还可收 10,000.00 元。`);
  assert.equal(await second.page.locator(by("amount")).inputValue(), "10,000.01");
  await second.collects(customer, "10,000.00");
  await second.types(customer, "0.01");
  await second.refusedAbove(`${above("10,000.00")} 本机现在不能再收现金。`);

  // With a signal again both know of all of it, and nobody stands above a share.
  for (const rep of [first, second]) {
    await rep.findsSignal();
    await rep.isDelivered();
  }
  await first.syncs();
  await first.opens("#/drawer");
  await first.says("drawer-held", "20,000.00");
  assert.equal(await first.page.locator(by("violation-row")).count(), 0, "nothing was breached");
  await isAccessible(first.page, "the drawer");
  await picture(first.page, "drawer-full");

  // One remittance empties both drawers: the phones are named, this one first.
  await first.opens("#/remit");
  await first.page.locator(by("amount")).fill("12,500");
  await first.page.getByRole("radio").first().click();
  assert.match(await first.said("remit-parts"), /10,000\.00 元.*2,500\.00 元/);
  await picture(first.page, "drawer-remit");
  await first.page.locator(by("save-remittance")).click();
  await first.leaves("#/remit");
  await first.isDelivered();
  await second.syncs();
  await second.opens("#/drawer");
  await second.says("drawer-held", "7,500.00");
  assertContent(first, second);
});

// What people type, paste and mistype into an amount.
test("an amount is taken as people write it, and what is wrong stays with a sentence", async (context) => {
  const rep = await house.rep(context, "YW-0104");
  const [customer] = await rep.customers();
  const amount = rep.page.locator(by("amount"));
  await rep.opens(`#/customers/${customer}/collect`);
  for (const [typed, capitals] of [
    ["1,000", "壹仟元整"],
    ["１０００", "壹仟元整"],
    ["1000.5", "壹仟元伍角整"],
    ["  1 000.50 ", "壹仟元伍角整"],
    ["￥１，０００．５０", "壹仟元伍角整"],
  ]) {
    await amount.fill(typed);
    await rep.page.getByText(capitals, { exact: true }).first().waitFor();
  }
  for (const [typed, why] of [
    ["一千", "金额只能是数字，逗号只隔开每三位，例如 2,800.00。"],
    ["10.005", "金额最多 2 位小数。"],
    ["12a", "金额只能是数字，逗号只隔开每三位，例如 2,800.00。"],
    ["99999999999999", "一笔最多 999,999,999.99 元，请核对。"],
    ["0", "金额要大于 0。"],
  ]) {
    await amount.fill(typed);
    await rep.page.locator(by("collect-save")).click();
    const alert = rep.page.locator(".field-error");
    await alert.filter({ hasText: why }).waitFor();
    assert.equal((await alert.first().innerText()).trim(), why, typed);
    assert.equal(await amount.inputValue(), typed, "what was typed stays");
  }
  assertContent(rep);
});

// S15: money already taken is recorded with its reason and a photo, and the company sees it with the entry.
test("money already taken above the limit is recorded with a reason and a photo", async (context) => {
  const rep = await house.rep(context, "YW-0109");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.types(customer, "20,000.01");
  await rep.page.locator(by("over-taken")).click();
  await rep.page.locator(by("taken-confirm")).waitFor();
  assert.match(await rep.said("taken-who"), /财务/);
  await rep.page.getByText("客户已付完离开").click();
  await rep.page.locator(by("photo-input")).setInputFiles([await photo(rep.page, "#2a7")]);
  await rep.page.locator(by("photo")).waitFor();
  await rep.page.locator(by("taken-confirm")).click();
  await picture(rep.page, "drawer-taken");
  await rep.page.locator(by("taken-save")).click();
  await rep.page.locator(by("receipt-number")).waitFor();
  await rep.page.goBack();
  await rep.page.locator(by("amount")).waitFor({ state: "detached" });
  assert.doesNotMatch(await rep.page.evaluate(() => location.hash), /collect/, "no form lies behind a receipt");
  await rep.page.goForward();
  await rep.page.locator(by("receipt-number")).waitFor();
  // On the screen of the rep stand the reason and the photo; on the customer's paper the mark alone.
  await rep.page.locator(by("receipt-inner")).getByText("客户已付完离开").waitFor();
  await rep.page.emulateMedia({ media: "print" });
  const paper = await rep.page.locator(".receipt").innerText();
  assert.match(paper, /超限收款/);
  assert.doesNotMatch(paper, /客户已付完离开|已存本机|还在业务员手上/);
  assert.equal(await rep.page.locator(".receipt img").isVisible(), false, "the photo is the company's");
  await picture(rep.page, "drawer-over-limit-printed");
  await rep.page.emulateMedia({ media: null });
  await rep.findsSignal();
  await rep.isDelivered();
  await rep.syncs();
  await rep.opens("#/drawer");
  await rep.page.locator(by("violation-row")).waitFor();
  assert.match(await rep.said("violation-row"), /超限收款 20,000\.01 元/);
  await picture(rep.page, "drawer-violation");

  // The office sees the photo with the violation, and what is behind it.
  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/violations");
  await finance.rows("list-violations").filter({ hasText: "20,000.01" }).first().click();
  await finance.page.locator(".photo-img").waitFor();
  const behind = finance.at("violation-behind").filter({ hasText: "收现金" });
  await behind.waitFor();
  assert.match(await behind.innerText(), /^收现金 20,000\.01/);
  await picture(finance.page, "drawer-office-violation");
  assertContent(rep, finance);
});

// S13, S17: cash handed to the office leaves the drawer when finance has signed too; a receipt's code tells it all along.
test("cash handed in leaves the bag when both have signed, and the customer's code says so", async (context) => {
  const rep = await house.rep(context, "YW-0102");
  const [customer] = await rep.customers();
  await rep.watchesSignatures();
  await rep.losesSignal();

  // A receipt goes out as a picture and on A6; taken back it keeps its number, and the next one follows it.
  const number = await rep.collects(customer, "88.00");
  const receipt = await rep.page.evaluate(() => location.hash);
  const [download] = await Promise.all([
    rep.page.waitForEvent("download"),
    rep.page.locator(by("share-receipt")).click(),
  ]);
  assert.match(download.suggestedFilename(), /^SK-\d+-0001\.png$/);
  await download.saveAs(join(OUTPUT, "drawer-receipt.png"));
  const sheet = await rep.page.pdf({ preferCSSPageSize: true });
  const [, width, height] = sheet.toString("latin1").match(/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/);
  assert.deepEqual([Math.round(width), Math.round(height)], [298, 420], "A6, in points");
  await rep.page.locator(by("reverse")).click();
  await rep.page.getByRole("radio", { name: "金额记错了" }).click();
  await rep.page.locator(by("save-reversal")).click();
  await rep.page.getByText("这一笔已冲正。").waitFor();
  assert.equal(await rep.page.evaluate(() => location.hash), receipt);
  assert.equal(await rep.page.locator(by("receipt-number")).innerText(), number, "the number stays");
  await rep.page.emulateMedia({ media: "print" });
  assert.match(await rep.page.locator(".receipt").innerText(), /已冲正，此收据作废/);
  assert.equal(await rep.page.locator(by("receipt-state")).isVisible(), false);
  await picture(rep.page, "drawer-receipt-printed");
  await rep.page.emulateMedia({ media: null });

  assert.match(await rep.collects(customer, "1,000.00"), /-0002$/, "and is not given out again");
  const first = await rep.signedClaim();
  await rep.collects(customer, "4,300.50");
  const second = await rep.signedClaim();
  const standing = async (claim = second) => (await (await fetch(`${house.origin}/r/${claim}`)).text()).match(/main class="(\w+)"/)[1];
  assert.equal(await standing(), "waiting", "signed, and not yet received");
  await rep.findsSignal();
  await rep.isDelivered();
  assert.equal(await standing(), "known", "in the book, and still in the bag");
  assert.equal(await standing(first), "known");
  // The oldest cash is sent first: the first customer's has reached the company, the second's lies in the bag.
  await rep.remits("1,000.00");
  await rep.isDelivered();
  assert.equal(await standing(first), "remitted");
  assert.equal(await standing(), "known");
  const page = await rep.phone.context.newPage();
  await page.goto(`${house.origin}/r/${first}`);
  await picture(page, "drawer-check-remitted");
  await page.close();

  await rep.opens("#/drawer");
  const confirmed = await rep.sum("confirmed");
  await rep.opens("#/drawer/hand-in");
  assert.equal(await rep.page.locator(by("amount")).inputValue(), "4,300.50");
  // Whoever signs and then writes another sum has to sign that one.
  await rep.page.locator(by("hand-in-tick")).click();
  await rep.page.locator(by("amount")).fill("4300");
  await rep.page.locator(`${by("hand-in-tick")}:not(:checked)`).waitFor();
  await rep.page.locator(by("amount")).fill("4,300.50");
  await rep.page.locator(by("hand-in-tick")).click();
  await picture(rep.page, "drawer-hand-in");
  await rep.page.locator(by("save-hand-in")).click();
  await rep.page.locator(by("hand-in-state")).waitFor();
  await rep.isDelivered();
  assert.equal(await rep.cash(), "4,300.50", "one signature moves nothing");
  assert.equal(await standing(), "known");

  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/hand-ins");
  await finance.rows("list-hand-ins").filter({ hasText: "4,300.50" }).click();
  await finance.at("hand-in-amount").waitFor();
  await picture(finance.page, "drawer-office-hand-in");
  await finance.at("sign-hand-in").click();
  await finance.at("sign-hand-in-confirm").click();
  await finance.at("sign-hand-in").waitFor({ state: "detached" });
  await picture(finance.page, "drawer-office-signed");

  await rep.syncs();
  await rep.opens("#/drawer");
  await rep.saysSum("confirmed", confirmed + 430_050);
  assert.equal(await rep.cash(), "0.00");
  assert.equal(await standing(), "remitted", "the customer sees that it has reached the company");
  await picture(rep.page, "drawer-handed-in");

  // S17: signed for by mistake: finance takes that back with a reason, and the cash is in the rep's hands again.
  await finance.at("take-back-hand-in").click();
  await finance.at("reason-confirm").click();
  await finance.page.locator(".field-error").first().waitFor();
  await finance.at("reason").locator("textarea").fill("签错了人，这笔还没点");
  await picture(finance.page, "drawer-office-taking-back");
  await finance.at("reason-confirm").click();
  await finance.page.getByText("财务撤销签收：签错了人，这笔还没点").waitFor();
  assert.equal(await finance.at("take-back-hand-in").count(), 0, "once");
  await isAccessible(finance.page, "a signature that was taken back");
  await picture(finance.page, "drawer-office-taken-back");
  await rep.syncs();
  await rep.opens("#/drawer");
  await rep.saysSum("confirmed", confirmed);
  assert.equal(await rep.cash(), "4,300.50");
  assert.equal(await standing(), "known", "it lies in the drawer");
  await picture(rep.page, "drawer-taken-back");
  await rep.page.getByText("交款单被撤销签收").first().click();
  await rep.page.locator(by("hand-in-state")).waitFor();
  assert.match(await rep.said("hand-in-state"), /已撤销签收/);
  await rep.page.getByText("签错了人，这笔还没点").waitFor();
  await isAccessible(rep.page, "a slip whose signature was taken back");
  await picture(rep.page, "drawer-slip-taken-back");

  await rep.opens("#/drawer/hand-in");
  await rep.page.locator(by("hand-in-tick")).click();
  await rep.page.locator(by("save-hand-in")).click();
  await rep.page.locator(by("hand-in-state")).waitFor();
  await rep.isDelivered();
  await finance.opens("#/hand-ins?status=signed");
  await finance.rows("list-hand-ins").filter({ hasText: "4,300.50" }).click();
  await finance.at("sign-hand-in").click();
  await finance.at("sign-hand-in-confirm").click();
  await finance.at("sign-hand-in").waitFor({ state: "detached" });
  await rep.syncs();
  await rep.opens("#/drawer");
  assert.equal(await rep.cash(), "0.00");

  // S15: signed out with its share still on it the phone is stopped, and the next phone has the share; without a signal
  // nobody would hear of it, and nothing is given up.
  await rep.losesSignal();
  await rep.opens("#/me");
  await rep.page.locator(by("sign-out")).click();
  assert.match(await rep.said("sign-out-share"), /现金额度 20,000\.00 元，退出时交还公司/);
  await picture(rep.page, "drawer-sign-out");
  await rep.page.locator(by("sign-out-yes")).click();
  await rep.page.getByText("现在没有信号，公司不知道您退出").waitFor();
  await rep.opens("#/drawer");
  assert.match(await rep.said("share-row"), /本机.*额度 20,000\.00/, "nothing was given up for nothing");

  await rep.findsSignal();
  await rep.opens("#/me");
  await rep.page.locator(by("sign-out")).click();
  await rep.page.locator(by("sign-out-yes")).click();
  await rep.page.locator(by("sign-in-number")).waitFor();
  await rep.signsInAs("YW-0102", PASSWORD);
  await rep.opens("#/drawer");
  await rep.says("share-row", "额度 20,000.00");
  assert.equal(await rep.page.locator(by("share-row")).count(), 1, "the phone before is in use no more");
  assert.equal(await rep.page.locator(by("unsettled-row")).count(), 0, "and nobody has to settle it");

  // With another phone in use the share goes there.
  const other = await house.rep(context, "YW-0102");
  await rep.syncs();
  await rep.opens("#/me");
  await rep.page.locator(by("sign-out")).click();
  assert.match(await rep.said("sign-out-share"), /20,000\.00 元，退出时转给 \d+ 号机/);
  await rep.page.locator(by("sign-out-yes")).click();
  await rep.page.locator(by("sign-in-number")).waitFor();
  await other.syncs();
  await other.opens("#/drawer");
  await other.says("share-row", "额度 20,000.00");
  assertContent(rep, finance, other);
});

// S14, S17: the day is closed by notes and coins; a difference needs words, and finance reads them on the cash board.
test("a day is closed by counting, a difference is explained, and finance sees it on the board", async (context) => {
  // On another phone of the same rep: the bag is one, whichever phone took the cash.
  const rep = await house.rep(context, "YW-0109");
  await rep.losesSignal();
  await rep.opens("#/drawer/close");
  assert.equal(await rep.said("close-expected"), "20,000.01 元");
  await rep.page.locator(by("count-10000")).fill("１９９");
  await rep.page.locator(by("count-5000")).fill("1");
  await rep.page.locator(by("count-500")).fill("一");
  await rep.page.locator(by("save-close")).click();
  await rep.page.locator(".field-error").first().waitFor();
  assert.equal(await rep.page.locator(by("count-500")).inputValue(), "一", "what was typed stays");
  const wrong = rep.page.locator('[aria-invalid="true"]');
  assert.equal(await wrong.getAttribute("data-testid"), "count-500", "the line that is wrong is named, and no other");
  assert.equal(await wrong.getAttribute("aria-describedby"), "count-error");
  await rep.page.locator(by("count-500")).fill("");
  assert.equal(await rep.said("close-counted"), "19,950.00 元");
  await rep.page.locator(by("save-close")).click();
  await rep.page.locator(".field-error").first().waitFor();
  await picture(rep.page, "drawer-close-differs");
  await rep.page.locator(by("close-explain")).fill("找零多给了，明天补上");
  await rep.page.locator(by("save-close")).click();
  await rep.page.locator(by("close-state")).waitFor();
  await picture(rep.page, "drawer-closed");
  await rep.findsSignal();
  await rep.isDelivered();
  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/cash");
  await finance.page.getByText("找零多给了，明天补上").first().waitFor();
  await picture(finance.page, "drawer-office-cash");
  for (const screen of ["#/drawer/close", "#/drawer/hand-in", "#/drawer/share"]) {
    await rep.opens(screen);
    await rep.page.locator("main").first().waitFor();
    await isAccessible(rep.page, screen);
  }
  assertContent(rep, finance);
});
