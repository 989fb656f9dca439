// Two tabs of one phone: one writes, and what was typed goes with the pen and with nobody else. Source: R1, R2.
import assert from "node:assert/strict";
import { test } from "node:test";

import { House } from "./harness/house.js";
import { Rep } from "./harness/rep.js";
import { by } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const house = House.forAllStories();

/** The same phone in a further tab, which offers to take the pen. */
async function inAnotherTab(rep) {
  const page = await rep.phone.context.newPage();
  const tab = new Rep(Object.create(rep.phone, { page: { value: page } }));
  tab.link = rep.link;
  await page.goto(`${rep.link.origin}/app/`);
  await page.locator(by("take-over")).waitFor();
  return tab;
}

async function takesOver(tab, other) {
  await tab.page.locator(by("take-over")).click();
  await tab.page.locator(".tabbar, .actionbar, .keypad").first().waitFor();
  await other.page.locator(by("take-over")).waitFor();
}

test("what is typed goes on in whichever tab has the pen, to the last letter, and is saved once", async (context) => {
  const first = await house.rep(context, "YW-0101");
  const [customer] = await first.customers();
  const visit = `#/customers/${customer}/visit`;
  const said = (tab) => tab.page.locator(by("visit-said"));
  await first.losesSignal();
  await first.opens(visit);
  await first.page.getByRole("button", { name: "谈订货" }).click();
  await said(first).fill("在第一页写的");
  const second = await inAnotherTab(first);
  // The last letters were typed just now: nothing waits for a pause any more.
  await said(first).fill("在第一页写的，刚写完");
  await takesOver(second, first);
  await second.opens(visit);
  assert.equal(await said(second).inputValue(), "在第一页写的，刚写完");
  await said(second).fill("在第一页写的，刚写完，第二页接着写");
  await takesOver(first, second);
  assert.equal(await said(first).inputValue(), "在第一页写的，刚写完，第二页接着写", "the newer words, in the older tab");
  await first.page.locator(by("save-visit")).click();
  await first.leaves(visit);
  await takesOver(second, first);
  assert.equal(await said(second).inputValue(), "", "what was recorded is offered nowhere");
  await second.opens("#/outbox");
  await second.page.locator(by("count-unsent")).waitFor();
  assert.equal((await second.page.locator(by("count-unsent")).innerText()).trim(), "1");
});

test("what one rep typed in a tab is shown to nobody who signs in after them in another", async (context) => {
  const first = await house.rep(context, "YW-0118");
  await first.opens("#/customers/new");
  await first.page.locator(by("card-name")).fill("只有我知道的客户");
  await first.keepsForms();
  const second = await inAnotherTab(first);
  await takesOver(second, first);
  await second.opens("#/me");
  await second.page.locator(by("sign-out")).click();
  await second.page.locator(by("sign-out-yes")).click();
  await second.page.locator(by("sign-in-number")).waitFor();
  await second.signsInAs("YW-0119", PASSWORD);
  await takesOver(first, second);
  const name = first.page.locator(by("card-name"));
  await name.waitFor();
  assert.equal(await name.inputValue(), "", "the form of whoever is signed in now");
  await first.opens("#/");
  await first.page.locator(".tabbar").waitFor();
  assert.equal(await first.page.locator(by("draft-row")).count(), 0, "nor is it offered anywhere");
});
