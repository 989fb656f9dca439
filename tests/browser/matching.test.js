// A bank's statement is read in, held against what was sent, and confirmed; what fits nowhere is set aside.
// Source: S13, S17, S34, S41, S46.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { Interface } from "./harness/office.js";
import { isAccessible, picture } from "./harness/screen.js";

const house = House.forAllStories();

const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

/** A statement as a bank writes it that keeps what came in apart from what went out. */
function statement(lines) {
  const rows = lines.map(([date, serial, out, came, payer, words, reference]) =>
    [date.replaceAll("-", ""), serial, out, came, payer, words, reference].join(","),
  );
  const head = "账号:,106000000001,户名:,某公司,,,\n交易日期,流水号,借方发生额,贷方发生额,对方户名,摘要,附言";
  return { name: "流水.csv", mimeType: "text/csv", buffer: Buffer.from([head, ...rows, "合计,,,,,,"].join("\n")) };
}

/** The account that reps send to first, as the phone lists it. */
async function sentTo(finance, who) {
  const { rows } = await finance.reads(`/remittances?status=sent&q=&per_page=50`);
  return rows.find(({ staff }) => staff.name === who).account;
}

async function reads(desk, account, file) {
  await desk.opens("#/matching/import");
  await desk.at("import-account").selectOption(account.id);
  await desk.at("statement-file").setInputFiles([file]);
  await desk.at("mapping").waitFor();
}

// S34, S41: read in once, matched with a score and a reason, confirmed one by one, all that are certain, and by ticking.
test("a statement is read in by its columns, matched, and confirmed", async (context) => {
  const rep = await house.rep(context, "YW-0117");
  const [customer] = await rep.customers();
  const office = await Interface.signsIn(house.origin, "CW-0001");
  const { id: staff, name } = (await office.reads("/staff?q=YW-0117&per_page=5")).rows[0];
  await rep.collects(customer, "9,876.54");
  await rep.remits("9,876.54");
  await rep.collects(customer, "2,000.00");
  await rep.remits("1,200.00");
  await rep.remits("800.00");
  await rep.isDelivered();
  const account = await sentTo(office, name);

  const finance = await house.desk(context, "CW-0001");
  const wrong = statement([[today(), "T1", "", "一万", name, "转账", "204417"]]);
  await reads(finance, account, wrong);
  await finance.at("preview-statement").click();
  await finance.at("statement-faults").waitFor();
  assert.match(await finance.page.locator("main").innerText(), /贷方发生额/);
  assert.equal(await finance.at("import-lines").count(), 0, "nothing is read in while anything is wrong");
  await picture(finance.page, "matching-faults");

  const file = statement([
    [today(), "B1", "", '"9,876.54"', name, "转账", "204417"],
    [today(), "B2", "", "2000", "宁夏某农贸公司", "货款", ""],
    [today(), "B3", "15.00", "", "银行", "手续费", ""],
    [today(), "B4", "3200.00", "", "马某某", "转账", "个人卡"],
  ]);
  await reads(finance, account, file);
  await picture(finance.page, "matching-columns");
  await isAccessible(finance.page, "naming columns");
  await finance.at("preview-statement").click();
  await finance.at("statement-sum").waitFor();
  await picture(finance.page, "matching-preview");
  await finance.at("import-lines").click();
  await finance.at("matching-proposals").waitFor();

  // The first pays with a score and why; it is certain.
  const first = finance.at("proposal").filter({ hasText: "9,876.54" });
  await first.waitFor();
  assert.equal(await first.getAttribute("data-certain"), "true");
  assert.match(await first.innerText(), /金额 45.*付款人 20/s);
  await picture(finance.page, "matching-desk");
  await isAccessible(finance.page, "matching");
  await finance.at("confirm-all").click();
  await first.waitFor({ state: "detached" });

  // One line pays two remittances: both are ticked, and the sums agree.
  const line = finance.at("line-left").filter({ hasText: "宁夏某农贸公司" });
  await line.locator("input[type=checkbox]").check();
  assert.equal(await finance.at("confirm-ticked").count(), 0, "one side alone is confirmed by nobody");
  await finance.at("find-papers").fill("没有这个人");
  await finance.at("papers-left").getByText("没有符合的").waitFor();
  await finance.at("find-papers").fill(name);
  for (const sum of ["1,200.00", "800.00"]) {
    await finance.at("paper-left").filter({ hasText: name }).filter({ hasText: sum }).first().locator("input[type=checkbox]").check();
  }
  assert.match(await finance.at("ticked").innerText(), /相差 0\.00/);
  const bar = await finance.at("ticked").boundingBox();
  assert.ok(bar.y + bar.height <= finance.page.viewportSize().height, "what is ticked stays in sight");
  await picture(finance.page, "matching-ticked");
  await finance.at("confirm-ticked").click();
  await line.waitFor({ state: "detached" });

  // A fee is set aside; money to a personal account becomes a case.
  await finance.at("line-left").filter({ hasText: "-15.00" }).getByTestId("set-aside").click();
  await finance.at("aside-save").click();
  await finance.page.locator(".field-error").first().waitFor();
  await finance.at("aside-kind").selectOption("fee");
  await finance.at("aside-save").click();
  await finance.at("line-left").filter({ hasText: "-15.00" }).waitFor({ state: "detached" });
  await finance.at("line-left").filter({ hasText: "个人卡" }).getByTestId("set-aside").click();
  await finance.at("aside-kind").selectOption("personal-account");
  await finance.at("aside-staff").selectOption({ label: name });
  await finance.at("aside-note").locator("textarea").fill("退给客户的钱进了业务员个人卡");
  await picture(finance.page, "matching-case");
  await finance.at("aside-save").click();
  await finance.at("line-left").filter({ hasText: "个人卡" }).waitFor({ state: "detached" });
  const cases = await office.reads("/violations?status=open&per_page=50");
  assert.ok(cases.rows.some(({ kind, amount }) => kind === "personal-account" && amount === "3200.00"));

  // The same file brings nothing twice.
  await reads(finance, account, file);
  await finance.at("preview-statement").click();
  await finance.at("statement-sum").waitFor();
  assert.match(await finance.at("statement-sum").innerText(), /其中 4 行账本里已有/);
  assert.equal(await finance.at("import-lines").count(), 0);

  await rep.syncs();
  await rep.opens("#/drawer");
  // All that was certain is confirmed, what the rep had sent before the story with it.
  const { rows: underWay } = await office.reads(`/remittances?status=sent&staff=${staff}&per_page=50`);
  for (const sum of ["9876.54", "1200.00", "800.00"]) {
    assert.ok(!underWay.some(({ amount, at }) => amount === sum && at.startsWith(today())), `${sum} has arrived`);
  }
  const fen = underWay.reduce((total, { amount }) => total + Math.round(Number(amount) * 100), 0);
  await rep.saysSum("sent", fen);

  // S17: the bank returns it; one gesture reverses the remittance and sets both lines aside, and the cash is in the bag.
  await reads(finance, account, statement([[today(), "B5", '"9,876.54"', "", name, "退汇", "204417"]]));
  await finance.at("preview-statement").click();
  await finance.at("statement-sum").waitFor();
  await finance.at("import-lines").click();
  const returned = finance.at("line-left").filter({ hasText: "-9,876.54" });
  await returned.getByText("可能是退汇").waitFor();
  await picture(finance.page, "matching-return");
  await returned.getByTestId("return-do").click();
  await finance.at("return-sure").click();
  await returned.waitFor({ state: "detached" });
  const { rows: taken } = await office.reads("/remittances?status=reversed&per_page=50");
  assert.ok(taken.some(({ amount, staff }) => amount === "9876.54" && staff.name === name), "it is reversed");
  const { rows: aside } = await office.reads("/bank-lines?status=set-aside&per_page=50");
  const both = aside.filter(({ amount }) => amount.replace("-", "") === "9876.54").map((line) => line.aside.kind);
  assert.deepEqual(both, ["returned", "returned"], "both lines rest");
  await rep.syncs();
  await rep.opens("#/drawer");
  await rep.says("in-the-bag", "9,876.54");

  // What was matched wrongly is taken apart.
  await finance.opens("#/bank-lines");
  await finance.rows("list-bank-lines").filter({ hasText: "宁夏某农贸公司" }).first().click();
  await finance.at("line-matched").waitFor();
  await picture(finance.page, "matching-lines");
  await isAccessible(finance.page, "bank lines");
  await finance.at("withdraw-confirmation").click();
  await finance.at("reason").locator("textarea").fill("不是这两笔");
  await finance.at("reason-confirm").click();
  await finance.at("withdraw-confirmation").waitFor({ state: "detached" });
  await rep.syncs();
  await rep.opens("#/drawer");
  await rep.saysSum("sent", fen + 200_000);
  assertContent(rep, finance);
});
