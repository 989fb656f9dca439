// Money that was sent has arrived: finance confirms it beside the slip, and what the bank returns comes back.
// Source: S13, S14, S17, S34, S46.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { by, isAccessible, picture } from "./harness/screen.js";

const house = House.forAllStories();

// S13: two figures everywhere: what is in the bag, and what finance has confirmed; between them what was sent.
test("finance confirms a remittance beside its slip, and a bounced one is in the bag again", async (context) => {
  const rep = await house.rep(context, "YW-0117");
  const [customer] = await rep.customers();
  await rep.opens("#/drawer");
  const before = { sent: await rep.sum("sent"), confirmed: await rep.sum("confirmed") };
  await rep.collects(customer, "8,640.00");
  await rep.opens("#/remit");
  await rep.page.locator(by("amount")).fill("8,640.00");
  await rep.page.getByRole("radio").first().click();
  await rep.page.locator(by("remit-reference")).fill("318204");
  await rep.page.locator(by("photo-input")).setInputFiles([await photo(rep.page, "#27a")]);
  await rep.page.locator(by("photo")).waitFor();
  await rep.page.locator(by("save-remittance")).click();
  await rep.leaves("#/remit");
  await rep.isDelivered();
  await rep.opens("#/drawer");
  await rep.says("in-the-bag", "0.00");
  await rep.saysSum("sent", before.sent + 864_000);

  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/remittances");
  await finance.rows("list-remittances").filter({ hasText: "8,640.00" }).first().click();
  await finance.at("confirm-arrival").click();
  await finance.page.locator("[role=dialog] .photos img").waitFor();
  const amount = finance.at("arrived-amount").locator("input");
  assert.equal(await amount.inputValue(), "8,640.00");
  for (const [typed, why] of [["八千", /数字|金额/], ["8,639.99", /8,640\.00/]]) {
    await amount.fill(typed);
    await finance.at("confirm-arrival-save").click();
    await finance.page.locator(".field-error").filter({ hasText: why }).first().waitFor();
    assert.equal(await amount.inputValue(), typed, "what was typed stays");
  }
  await isAccessible(finance.page, "confirming an arrival");
  await amount.fill("８，６４０");
  await picture(finance.page, "arrival-confirming");
  await finance.at("confirm-arrival-save").click();
  await finance.at("arrived").waitFor();
  assert.equal(await finance.at("confirm-arrival").count(), 0, "once is enough");
  await picture(finance.page, "arrival-confirmed");

  await rep.syncs();
  await rep.opens("#/drawer");
  await rep.saysSum("sent", before.sent);
  assert.equal(await rep.sum("confirmed"), before.confirmed + 864_000);
  await picture(rep.page, "arrival-drawer");
  await rep.opens("#/remittances");
  await rep.page.locator(by("paper-row")).first().click();
  await rep.page.getByText("确认", { exact: false }).first().waitFor();
  assert.match(await rep.page.locator("main").innerText(), /已到账/);
  await picture(rep.page, "arrival-remittance");

  await finance.opens("#/cash");
  const line = finance.page.locator('[data-testid="list-cash"] tbody tr').filter({ hasText: "孙" }).first();
  await line.waitFor();
  await picture(finance.page, "arrival-cash-board");

  // The bank returns it: all that was confirmed is undone, and the cash lies in the bag.
  await finance.opens("#/remittances");
  await finance.rows("list-remittances").filter({ hasText: "8,640.00" }).first().click();
  await finance.at("reverse").click();
  await finance.at("reason").locator("textarea").fill("银行退回：户名不符");
  await finance.at("reason-confirm").click();
  await finance.at("reverse").waitFor({ state: "detached" });
  await picture(finance.page, "arrival-bounced");
  await rep.syncs();
  await rep.opens("#/drawer");
  await rep.says("in-the-bag", "8,640.00");
  assert.equal(await rep.sum("confirmed"), before.confirmed, "and is not confirmed any more");
  assertContent(rep, finance);
});
