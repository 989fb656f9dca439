// What finance and heads do about cash that is not where it should be: lost phones, special rules, violations.
// Source: S14, S15, S16.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { Interface } from "./harness/office.js";
import { by, isAccessible, picture } from "./harness/screen.js";

const house = House.forAllStories();

// S14, S15: a lost phone's share stays where it is until finance has counted; the next phone takes nothing until then.
test("finance settles a lost phone, and the next one may take cash", async (context) => {
  const lost = await house.rep(context, "YW-0117");
  const [customer] = await lost.customers();
  await lost.collects(customer, "8,200.00");
  await lost.isDelivered();
  const administrator = await Interface.signsIn(house.origin, "GL-0001");
  const head = await Interface.signsIn(house.origin, "XS-0001");
  const { rows: staff } = await head.reads("/staff?q=YW-0117&per_page=5");
  const { rows: devices } = await head.reads(`/devices?staff=${staff[0].id}&per_page=100`);
  const newest = devices.sort((one, other) => other.number - one.number)[0];
  await administrator.asks("DELETE", `/devices/${newest.id}`, { reason: "手机丢了" });

  const fresh = await house.rep(context, "YW-0117");
  await fresh.opens("#/drawer");
  assert.match(await fresh.said("no-share"), /本机没有现金额度/);
  await picture(fresh.page, "violations-no-share");

  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/cash");
  const banner = finance.at("lost-phones");
  await banner.getByText("8,200.00").first().waitFor();
  await picture(finance.page, "violations-lost-phone");
  await banner.getByRole("link").first().click();
  await finance.at("settle").click();
  await finance.at("settle-counted").locator("input").fill("一千");
  await finance.at("settle-save").click();
  await finance.page.locator(".field-error").first().waitFor();
  assert.equal(await finance.at("settle-counted").locator("input").inputValue(), "一千", "what was typed stays");
  await finance.at("settle-counted").locator("input").fill("８，０００");
  assert.match(await finance.at("settle-missing").innerText(), /200\.00/);
  await finance.at("settle-note").locator("textarea").fill("在车上点清，少两张一百元");
  await isAccessible(finance.page, "settling a lost phone");
  await picture(finance.page, "violations-settle");
  await finance.at("settle-save").click();
  await finance.at("settled").waitFor();
  await picture(finance.page, "violations-settled");

  await fresh.syncs();
  await fresh.opens("#/drawer");
  await fresh.says("drawer-held", "8,000.00");
  await fresh.page.locator(by("no-share")).waitFor({ state: "detached" });
  await fresh.collects(customer, "100.00");
  assertContent(fresh, finance);
});

// S16: a special rule is made by management, ends by itself, and is on the phone with its author and its reason.
test("management makes a special rule, and the rep's phone goes by it", async (context) => {
  const rep = await house.rep(context, "YW-0104");
  const [customer] = await rep.customers();
  const head = await house.desk(context, "FZ-0001");
  await head.opens("#/special-rules");
  await head.at("make-rule").click();
  await head.at("rule-save").click();
  await head.page.locator(".field-error").first().waitFor();
  const heads = await Interface.signsIn(house.origin, "XS-0001");
  const { rows: staff } = await heads.reads("/staff?q=YW-0104&per_page=5");
  const { rows: devices } = await heads.reads(`/devices?staff=${staff[0].id}&per_page=100`);
  const newest = Math.max(...devices.map((device) => device.number));
  await head.at("rule-staff").selectOption(staff[0].id);
  await head.at("rule-hold").locator("input").fill("30,000");
  await head.at("rule-remit").locator("input").fill("12,000");
  const day = (days) => new Date(Date.now() + (8 + days * 24) * 3_600_000).toISOString().slice(0, 10);
  await head.at("rule-from").locator("input").fill(day(0));
  await head.at("rule-to").locator("input").fill(day(5));
  await head.at("rule-reason").locator("textarea").fill("展会三天，现金多");
  // What is more is divided among the phones: this one takes all of it, the one before stays as it was.
  for (const { number, status } of devices.filter(({ status }) => status === "active")) {
    const part = head.page.locator("fieldset").getByLabel(new RegExp(`^0?${number} `));
    await part.fill(number === newest ? "10,000" : "0");
  }
  await picture(head.page, "violations-rule");
  await head.at("rule-save").click();
  await head.at("list-special-rules").locator("tbody tr").filter({ hasText: "展会三天" }).waitFor();
  await isAccessible(head.page, "special rules");
  await picture(head.page, "violations-rules");

  await rep.syncs();
  await rep.opens("#/drawer");
  await rep.page.getByText("展会三天，现金多").first().waitFor();
  await picture(rep.page, "violations-rule-phone");
  await rep.types(customer, "10,000.01");
  const above = "本机手上 0.00 元，加这笔是 10,000.01 元。本机的额度是 10,000.00 元。";
  await rep.refusedAbove(`${above} 本机还可收 10,000.00 元。`);
  await rep.collects(customer, "10,000.00");
  assertContent(rep, head);
});

// S15: a violation is open until a head has looked into it and finance has settled it, each in their own words.
test("a violation is stamped by a head and by finance", async (context) => {
  const head = await house.desk(context, "XS-0001");
  await head.opens("#/violations");
  const row = head.rows("list-violations").filter({ hasText: "孙丽娟" }).first();
  await row.click();
  await head.at("violation-stamps").waitFor();
  await head.at("violation-behind").locator("li").first().waitFor();
  await picture(head.page, "violations-open");
  const stamps = async (desk, stamp, words) => {
    await desk.at(`stamp-${stamp}`).click();
    await desk.at("reason").locator("textarea").fill(words);
    await desk.at("reason-confirm").click();
    await desk.at(`stamp-${stamp}`).waitFor({ state: "detached" });
  };
  assert.equal(await head.at("stamp-settled").count(), 0, "finance settles, nobody else");
  await stamps(head, "looked-into", "客户坚持付现，已谈话");
  const finance = await house.desk(context, "CW-0001");
  await finance.opens("#/violations");
  await finance.rows("list-violations").filter({ hasText: "孙丽娟" }).first().click();
  assert.match(await finance.at("violation-stamps").innerText(), /李部长/);
  await stamps(finance, "settled", "现金已汇回，账已清");
  await finance.page.getByText("现金已汇回，账已清").first().waitFor();
  await isAccessible(finance.page, "violations");
  await picture(finance.page, "violations-closed");
  assertContent(head, finance);
});
