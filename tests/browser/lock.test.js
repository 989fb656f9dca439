// A phone that is locked: by hand, by lying untouched, and after too long without contact. Source: S78.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { SERVER } from "./harness/places.js";
import { by, isAccessible, picture } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const house = House.forAllStories();

test("a phone locked by hand shows what is unsent and no customer, and the passphrase opens it where it was left", async (context) => {
  const rep = await house.rep(context, "YW-0117");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.collects(customer, "150.00");
  const form = `#/customers/${customer}/visit`;
  await rep.opens(form);
  await rep.page.locator(by("visit-said")).fill("货架要换位置");
  await rep.opens("#/me");
  await rep.locks();
  const strip = rep.page.locator(".strip");
  assert.match(await strip.innerText(), /已锁 · 1 条未发 · 最早/);
  assert.equal(await rep.cash(), "150.00");
  assert.match(await rep.page.locator(by("lease")).innerText(), /离线还能用 3\d 天/);
  assert.equal(await rep.page.locator(by("customer-row")).count(), 0);
  await isAccessible(rep.page, "locked");
  await picture(rep.page, "phone-locked");
  // A route typed by hand opens nothing.
  await rep.page.evaluate((route) => (location.hash = route), form);
  await rep.page.locator(by("unlock")).waitFor();
  await rep.phone.reopen();
  await rep.page.goto(`/app/${form}`);
  await rep.unlocks(PASSWORD);
  assert.equal(await rep.page.locator(by("visit-said")).inputValue(), "货架要换位置");
  await rep.findsSignal();
  await rep.isDelivered();
  assertContent(rep);
});

test("a wrong passphrase is told kindly, the pause grows, and the right one opens the book", async (context) => {
  const rep = await house.rep(context, "YW-0103");
  await rep.losesSignal();
  await rep.locks();
  const said = rep.page.locator(".field-error");
  for (const words of [/忘了不要紧/, /忘了不要紧/, /请等 5 秒/, /请等 [1-5] 秒/]) {
    await rep.page.locator(by("sign-in-password")).fill("nonsense");
    await rep.page.locator(by("unlock")).click();
    await said.filter({ hasText: words }).waitFor();
  }
  // A reload does not shorten it.
  await rep.page.reload();
  await rep.page.locator(by("sign-in-password")).fill(PASSWORD);
  await rep.page.locator(by("unlock")).click();
  await said.filter({ hasText: /请等 [1-5] 秒/ }).waitFor();
  await rep.passes({ seconds: 6 });
  await rep.unlocks(PASSWORD);
  assertContent(rep);
});

test("a phone that lies untouched locks by itself and keeps what was typed; one that is used stays open", async (context) => {
  const rep = await house.rep(context, "YW-0104");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.opens("#/me");
  await rep.page.getByRole("radio", { name: "5 分钟", exact: true }).click();
  const form = `#/customers/${customer}/visit`;
  await rep.opens(form);
  await rep.page.locator(by("visit-said")).fill("先记一半");
  await rep.keepsForms();
  await rep.passes({ minutes: 4 });
  await rep.page.locator(by("visit-said")).click();
  await rep.passes({ minutes: 4 });
  assert.equal(await rep.page.locator(by("unlock")).count(), 0, "it was touched four minutes ago");
  await rep.passes({ minutes: 2 });
  await rep.page.locator(by("unlock")).waitFor();
  await rep.unlocks(PASSWORD);
  assert.equal(await rep.page.locator(by("visit-said")).inputValue(), "先记一半");
  assertContent(rep);
});

test("within the time it may lie untouched a reload asks for nothing, and after it for the passphrase", async (context) => {
  const rep = await house.rep(context, "YW-0105");
  await rep.phone.reopen();
  await rep.page.goto("/app/");
  await rep.page.locator(".tabbar").waitFor();
  await rep.phone.context.close();
  await rep.phone.reopens();
  await rep.passes({ minutes: 16 });
  await rep.page.goto("/app/");
  await rep.page.locator(by("unlock")).waitFor();
  assertContent(rep);
});

test("after thirty-five days without contact only a sign-in opens it, and a clock set back opens nothing", async (context) => {
  const rep = await house.rep(context, "YW-0102");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.collects(customer, "80.00");
  await rep.passes({ days: 34 });
  await rep.unlocks(PASSWORD);
  assert.equal(await rep.cash(), "80.00");
  await rep.passes({ days: 2 });
  await rep.page.getByText("35 天没有联网确认").waitFor();
  await isAccessible(rep.page, "lease over");
  await picture(rep.page, "phone-lease-over");
  await rep.page.locator(by("sign-in-password")).fill(PASSWORD);
  await rep.page.locator(by("unlock")).click();
  await rep.page.getByText("现在没有信号").waitFor();
  await rep.findsSignal();
  await rep.unlocks(PASSWORD);
  await rep.isDelivered();
  assertContent(rep);
});

test("a forgotten passphrase is a new password: signing in on the locked phone opens the book, with what was never sent", async (context) => {
  const rep = await house.arrives(context);
  const given = rep.page.waitForResponse((answer) => answer.url().endsWith("/devices/recovery") && answer.ok());
  await rep.signsInAs("YW-0111", PASSWORD);
  await given;
  const [customer] = await rep.customers();
  await rep.losesSignal();
  await rep.visits(customer, "口令忘了也不丢");
  await rep.locks();
  const renewed = "xinkouling-2026";
  const said = spawnSync(SERVER, ["user", "password", "--data", house.server.data, "--number", "YW-0111"], { input: renewed });
  assert.equal(said.status, 0, String(said.stderr));
  await rep.page.locator(by("sign-in-password")).fill(renewed);
  await rep.page.locator(by("unlock")).click();
  await rep.page.locator(".field-error").filter({ hasText: /忘了不要紧/ }).waitFor();
  // Each refusal says what is true here: no number is asked for, and this is no first sign-in.
  await rep.page.locator(by("unlock-online")).click();
  await rep.page.getByText("联网开锁要等有信号再按").waitFor();
  assert.equal(await rep.page.getByText("第一次登录").count(), 0);
  await rep.findsSignal();
  await rep.page.locator(by("sign-in-password")).fill("nonsense");
  await rep.page.locator(by("unlock-online")).click();
  const wrong = rep.page.locator(".field-error").filter({ hasText: /口令不对。还可以再试 \d 次/ });
  await wrong.waitFor();
  assert.ok(!(await wrong.innerText()).includes("工号"), "the number is not on this screen");
  await picture(rep.page, "phone-unlock-online-wrong");
  await rep.page.locator(by("sign-in-password")).fill(renewed);
  await rep.page.locator(by("unlock-online")).click();
  await rep.page.locator(by("unlock")).waitFor({ state: "detached" });
  await rep.isDelivered();
  // From now on the new one opens it without a signal, and the old one does not.
  await rep.losesSignal();
  await rep.locks();
  await rep.page.locator(by("sign-in-password")).fill(PASSWORD);
  await rep.page.locator(by("unlock")).click();
  await rep.page.locator(".field-error").waitFor();
  await rep.unlocks(renewed);
  assertContent(rep);
});

test("unlocking takes less than a second on a phone four times as slow as this machine", async (context) => {
  const rep = await house.rep(context, "YW-0109");
  await rep.customers();
  await rep.locks();
  const session = await rep.phone.context.newCDPSession(rep.page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await rep.page.locator(by("sign-in-password")).fill(PASSWORD);
  const took = await rep.page.evaluate(
    (button) =>
      new Promise((done) => {
        const begun = performance.now();
        const open = () => document.querySelector(".tabbar") && done(performance.now() - begun);
        new MutationObserver(open).observe(document.body, { childList: true, subtree: true });
        document.querySelector(button).click();
      }),
    by("unlock"),
  );
  context.diagnostic(`unlocked in ${Math.round(took)} ms at a quarter of the speed`);
  assert.ok(took <= 1_000, `${took} ms`);
  assertContent(rep);
});
