// What a rep meets on the phone besides a plain day: photos, searching, two who change the same, the limit, mistakes.
// Source: S13, S14, S15, S85, S92, S93.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { Clerk } from "./harness/desk.js";
import { assertContent, House } from "./harness/house.js";
import { photo, tellsWhere } from "./harness/jpeg.js";
import { by, isAccessible, picture } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const house = House.forAllStories();

test("a photo leaves its place behind, waits for a signal, and the office can fetch it", async (context) => {
  const rep = await house.rep(context, "YW-0117");
  const [customer] = await rep.customers();
  const visit = `#/customers/${customer}/visit`;
  await rep.losesSignal();
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  const camera = rep.page.locator(by("photo-input"));
  await camera.setInputFiles([await photo(rep.page, "#2a7"), await photo(rep.page, "#a27")]);
  await rep.page.locator(by("photo")).nth(1).waitFor();
  // One was taken by mistake: it is never sent.
  await rep.page.locator(by("photo")).nth(1).getByRole("button").click();
  await picture(rep.page, "phone-visit-photo");
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(visit);
  const uploads = [];
  rep.page.on("request", (request) => {
    if (request.method() === "PATCH" && request.url().includes("/blobs/")) uploads.push(request.url().split("/").pop());
  });
  const uploaded = rep.page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok());
  await rep.findsSignal();
  await uploaded;
  await rep.isDelivered();
  await rep.page.getByText("张照片在传").first().waitFor({ state: "detached" });
  const [hash] = uploads;
  assert.deepEqual([...new Set(uploads)], [hash], "the one that was kept, piece by piece");
  const head = await Clerk.signsIn(house.origin, "XS-0001", PASSWORD);
  const answer = await head.asks(`/blobs/${hash}`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("cache-control"), "private, no-store");
  const stored = Buffer.from(await answer.arrayBuffer());
  assert.equal(createHash("sha256").update(stored).digest("hex"), hash);
  assert.ok(!tellsWhere(stored), "what the camera wrote about place and maker is gone");
  assert.ok(tellsWhere((await photo(rep.page)).buffer), "it was there before");
  assertContent(rep);
});

test("photos above the limit are said to be left out, with the figures", async (context) => {
  const rep = await house.rep(context, "YW-0103");
  const [customer] = await rep.customers();
  await rep.opens(`#/customers/${customer}/visit`);
  const one = await photo(rep.page);
  await rep.page.locator(by("photo-input")).setInputFiles(Array(12).fill(one));
  const said = rep.page.locator(".field-error").filter({ hasText: "12" });
  await said.waitFor();
  assert.match(await said.innerText(), /最多放 \d+ 张。这次选了 12 张/);
  await rep.page.locator(".photo.bone").first().waitFor({ state: "detached" });
  assertContent(rep);
});

test("a customer entered without signal is found by name, initials and telephone, and reaches the office", async (context) => {
  const rep = await house.rep(context, "YW-0104");
  await rep.losesSignal();
  await rep.opens("#/customers/new");
  await rep.page.locator(by("card-name")).fill("雁鸣湖烟酒行");
  await rep.page.locator(by("card-phone")).fill("13909530417");
  await rep.page.locator(by("save-customer")).click();
  await rep.leaves("#/customers/new");
  for (const words of ["雁鸣湖", "ymhyjh", "0953041"]) {
    await rep.opens("#/customers");
    await rep.page.getByRole("searchbox").fill(words);
    const rows = rep.page.locator(by("customer-row"));
    await rows.filter({ hasText: "雁鸣湖烟酒行" }).waitFor();
    assert.equal(await rows.count(), 1, words);
  }
  await picture(rep.page, "phone-search");
  await rep.page.getByRole("searchbox").fill("没有这家");
  await rep.page.getByText("本机没有“没有这家”").waitFor();
  await rep.findsSignal();
  await rep.isDelivered();
  const head = await Clerk.signsIn(house.origin, "XS-0001", PASSWORD);
  const found = await head.reads(`/customers?q=${encodeURIComponent("雁鸣湖")}`);
  assert.equal(found.total, 1);
  assertContent(rep);
});

test("two phones change the same field: both values are shown, and the other one is put back with one tap", async (context) => {
  const mine = await house.rep(context, "YW-0105");
  const other = await house.rep(context, "YW-0105");
  const [customer] = await mine.customers();
  await mine.losesSignal();
  await mine.changes(customer, "phone", "13800000001");
  // The form is open before the colleague's value comes: what was never seen is not replaced.
  await other.opens(`#/customers/${customer}/card/phone`);
  await other.page.locator(by("card-phone")).fill("13800000002");
  await mine.findsSignal();
  await mine.isDelivered();
  await other.syncs();
  await other.opens(`#/customers/${customer}/card/phone`);
  assert.equal(await other.page.locator(by("card-phone")).inputValue(), "13800000002", "what was typed is still there");
  await other.page.locator(by("save-field")).click();
  await other.leaves(`#/customers/${customer}/card/phone`);
  await other.isDelivered();
  await other.opens(`#/customers/${customer}/conflicts/phone`);
  const card = other.page.locator(by("conflict"));
  await card.getByText("13800000001").waitFor();
  await card.getByText("13800000002").waitFor();
  await isAccessible(other.page, "conflict");
  await picture(other.page, "phone-conflict");
  await card.getByRole("button", { name: "改用这个" }).click();
  await other.leaves(`#/customers/${customer}/conflicts/phone`);
  await other.isDelivered();
  await mine.syncs();
  await mine.opens(`#/customers/${customer}/card`);
  await mine.page.getByText("13800000001").first().waitFor();
  assertContent(mine, other);
});

test("what is said in passing leaves the number keys free", async (context) => {
  const rep = await house.rep(context, "YW-0105");
  const [customer] = await rep.customers();
  await rep.opens(`#/customers/${customer}/visit`);
  await rep.page.getByRole("button", { name: "谈订货" }).or(rep.page.getByLabel("谈订货")).first().click();
  await rep.page.locator(by("visit-said")).fill("这就收款");
  // Whoever goes on at once has the keys before the sentence is gone.
  const boxes = await rep.page.evaluate(
    ([save, collect]) =>
      new Promise((done) => {
        const box = (of) => document.querySelector(of)?.getBoundingClientRect().toJSON();
        const watch = new MutationObserver(() => {
          const [toast, keys] = [box(".toast"), box(".keypad")];
          if (toast && location.hash !== collect) location.hash = collect;
          if (toast && keys) done({ toast, keys });
        });
        watch.observe(document.body, { childList: true, subtree: true });
        document.querySelector(save).click();
      }),
    [by("save-visit"), `#/customers/${customer}/collect`],
  );
  assert.ok(boxes.toast.bottom <= boxes.keys.top, JSON.stringify(boxes));
  await picture(rep.page, "phone-toast-above-keys");
});

test("above the limit the intention is refused and money already taken is recorded with its reason", async (context) => {
  const rep = await house.rep(context, "YW-0102");
  const [customer] = await rep.customers();
  // Opened without an amount, the second gesture gives way to the first.
  await rep.page.evaluate((route) => (location.hash = route), `#/customers/${customer}/collect/taken`);
  await rep.page.locator(by("collect-save")).waitFor();
  await rep.collects(customer, "19,000.00");
  await rep.types(customer, "1000.01");
  await rep.page.locator(by("over-limit")).waitFor();
  await isAccessible(rep.page, "over the limit");
  await rep.page.locator(by("over-back")).click();
  await rep.opens("#/");
  await rep.opens(`#/customers/${customer}/collect`);
  assert.equal(await rep.page.locator(by("over-limit")).count(), 0, "the refusal does not stand open again");
  await rep.page.locator(by("collect-save")).click();
  await rep.page.locator(by("over-taken")).click();
  await rep.page.locator(by("taken-confirm")).check();
  await rep.page.getByRole("radio", { name: "客户已付完离开" }).click();
  await isAccessible(rep.page, "taken");
  await picture(rep.page, "phone-taken");
  await rep.page.locator(by("taken-save")).click();
  await rep.page.locator(by("receipt-state")).getByText("超限收款").waitFor();
  await picture(rep.page, "phone-receipt-over");
  assert.equal(await rep.cash(), "20,000.01");
  // The code is what the phone has signed, and the company says how it stands with it.
  await rep.isDelivered();
  assertContent(rep);
});

test("a receipt's code is signed on the phone: waited for, known, and after a reversal with its reason no longer valid", async (context) => {
  const rep = await house.rep(context, "YW-0109");
  const [customer] = await rep.customers();
  await rep.watchesSignatures();
  await rep.losesSignal();
  await rep.collects(customer, "300.00");
  await rep.page.locator("svg.qr").waitFor();
  const receipt = await rep.page.evaluate(() => location.hash);
  const check = await rep.signedClaim();
  const standing = async () => (await (await fetch(`${house.origin}/r/${check}`)).text()).match(/main class="(\w+)"/)[1];
  assert.equal(await standing(), "waiting");
  await rep.findsSignal();
  await rep.isDelivered();
  assert.equal(await standing(), "known");
  await rep.opens(receipt);
  await rep.page.locator(by("reverse")).click();
  await rep.page.locator(by("save-reversal")).click();
  // Without a reason there is none: the sentence stands below the reasons, and they have the focus.
  await rep.page.waitForFunction(() => document.activeElement.closest("fieldset.has-error") !== null);
  await rep.page.getByRole("radio", { name: "金额记错了" }).click();
  await isAccessible(rep.page, "reversal");
  await rep.page.locator(by("save-reversal")).click();
  await rep.page.getByText("这一笔已冲正。").waitFor();
  await picture(rep.page, "phone-receipt-reversed");
  assert.equal(await rep.cash(), "0.00");
  await rep.isDelivered();
  assert.equal(await standing(), "reversed");
  assertContent(rep);
});

test("a change to a customer who was handed over meanwhile waits in the outbox with its reason", async (context) => {
  const rep = await house.rep(context, "YW-0106");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  const head = await Clerk.signsIn(house.origin, "XS-0001", PASSWORD);
  const staff = await head.reads("/staff?q=YW-0107&per_page=5");
  const card = await head.reads(`/customers/${customer}`);
  const heads = card.owner?.heads ?? card.owner_heads ?? [];
  await head.commands({ op: "owner-set", customer, owner: staff.rows[0].id, replaces: heads });
  await rep.changes(customer, "phone", "13800000009");
  await rep.findsSignal();
  await rep.isDelivered();
  const held = rep.page.locator(by("outbox-held")).locator(by("outbox-line"));
  await held.waitFor();
  await isAccessible(rep.page, "outbox with a held change");
  await held.click();
  await rep.page.locator(by("held-reason")).waitFor();
  assert.notEqual((await rep.page.locator(by("held-reason")).innerText()).trim(), "");
  await picture(rep.page, "phone-held");
  await isAccessible(rep.page, "held change");
  assertContent(rep);
});

test("tapping twice, and as often as one can before the page goes, records once", async (context) => {
  const rep = await house.rep(context, "YW-0108");
  const [customer] = await rep.customers();
  await rep.losesSignal();
  const visit = `#/customers/${customer}/visit`;
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.evaluate((selector) => {
    const button = document.querySelector(selector);
    const here = location.hash;
    const tap = () => {
      if (location.hash !== here) return;
      button.click();
      setTimeout(tap);
    };
    tap();
  }, by("save-visit"));
  await rep.leaves(visit);
  await rep.opens("#/outbox");
  await rep.page.locator(by("count-unsent")).waitFor();
  assert.equal((await rep.page.locator(by("count-unsent")).innerText()).trim(), "1");
  assertContent(rep);
});

test("a second tab offers to take over, and the first one then does", async (context) => {
  const rep = await house.rep(context, "YW-0110");
  const second = await rep.phone.context.newPage();
  await second.goto(`${rep.link.origin}/app/`);
  await second.locator(by("take-over")).waitFor();
  await isAccessible(second, "open elsewhere");
  await second.locator(by("take-over")).click();
  await second.locator(".tabbar").waitFor();
  await rep.page.locator(by("take-over")).waitFor();
  // Signal that comes and goes changes nothing about who writes.
  await rep.losesSignal();
  await rep.findsSignal();
  await second.locator(".tabbar").waitFor();
  assert.equal(await rep.page.locator(".tabbar").count(), 0);
  assertContent(rep);
});

test("a form begun survives the page being closed, and signing out warns of it and clears it", async (context) => {
  const rep = await house.rep(context, "YW-0111");
  const [customer] = await rep.customers();
  const visit = `#/customers/${customer}/visit`;
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("visit-said")).fill("谈到一半");
  const words = await rep.keepsForms();
  await rep.page.locator(by("photo-input")).setInputFiles(await photo(rep.page));
  await rep.page.locator(by("photo")).waitFor();
  await rep.keepsForms(words);
  await rep.phone.reopen();
  await rep.page.goto(`/app/${visit}`);
  await rep.page.locator(by("visit-said")).waitFor();
  assert.equal(await rep.page.locator(by("visit-said")).inputValue(), "谈到一半");
  await rep.page.locator(by("photo")).waitFor();
  assert.equal(await rep.page.getByRole("button", { name: "谈订货" }).getAttribute("aria-pressed"), "true");
  await rep.opens("#/me");
  await rep.page.locator(by("sign-out")).click();
  await rep.page.locator(by("sign-out-drafts")).waitFor();
  await picture(rep.page, "phone-sign-out");
  await rep.page.locator(by("sign-out-yes")).click();
  await rep.page.locator(by("sign-in-number")).waitFor();
  assertContent(rep);
});

test("in English every page speaks English, and switching keeps what was typed", async (context) => {
  const rep = await house.arrives(context, { locale: "en-US" });
  await rep.page.locator(by("sign-in-number")).fill("YW-0112");
  await rep.page.locator(by("language")).click();
  await rep.page.getByText("工号").first().waitFor();
  assert.equal(await rep.page.locator(by("sign-in-number")).inputValue(), "YW-0112");
  await rep.page.locator(by("language")).click();
  await rep.signsInAs("YW-0112", PASSWORD);
  await rep.page.getByText("Connected · all applied").waitFor();
  for (const screen of ["", "customers/new", "outbox", "me"]) {
    await rep.opens(`#/${screen}`);
    const words = await rep.page.locator(".actionbar, .tabbar, .appbar button").allInnerTexts();
    assert.doesNotMatch(words.join(" "), /\p{Script=Han}/u, screen);
    await picture(rep.page, `phone-english-${screen.replaceAll("/", "-") || "today"}`);
  }
  assertContent(rep);
});

test("what came after the first start is there without signal: English, and finding by initials", async (context) => {
  const rep = await house.rep(context, "YW-0115");
  await rep.phone.keepsTheRest();
  await rep.losesSignal();
  await rep.page.reload();
  await rep.opens("#/customers");
  await rep.page.locator(by("customer-row")).first().waitFor();
  const all = await rep.page.locator(by("customer-row")).count();
  // 商行, 商店 and 超市 are in the names of most shops.
  await rep.page.locator(`input${by("customer-search")}, ${by("customer-search")} input`).fill("sh");
  await rep.page.waitForFunction(
    ([selector, before]) => {
      const found = document.querySelectorAll(selector).length;
      return found > 0 && found < before;
    },
    [by("customer-row"), all],
  );
  await rep.opens("#/me");
  await rep.page.getByText("English", { exact: true }).click();
  await rep.page.getByText("Today").first().waitFor();
  await rep.page.reload();
  await rep.page.getByText("Today").first().waitFor();
  assertContent(rep);
});

test("a sum or a name that cannot be is said below its field, and nothing typed is lost", async (context) => {
  const rep = await house.rep(context, "YW-0114");
  const [customer] = await rep.customers();
  for (const typed of ["1.005", "12,5", "0", "-5", "1000000000000", "abc", ""]) {
    await rep.types(customer, typed);
    await rep.page.locator(".field.has-error .field-error").first().waitFor();
    assert.equal(await rep.page.locator(by("amount")).inputValue(), typed, "what was typed stays");
    assert.equal(await rep.page.locator(by("amount")).getAttribute("aria-invalid"), "true", typed);
    await rep.page.locator(by("amount")).fill("1");
  }
  await rep.page.locator(by("amount")).fill("");
  await rep.opens("#/customers/new");
  const name = rep.page.locator(by("card-name"));
  await rep.page.locator(by("save-customer")).click();
  await rep.page.locator(".field-error").first().waitFor();
  const long = "很".repeat(300);
  await name.fill(long);
  await rep.page.locator(by("save-customer")).click();
  await rep.page.locator(".field-error").first().waitFor();
  assert.match(await rep.page.locator(".field-error").first().innerText(), /\d+/, "the limit is named");
  assert.equal(await name.inputValue(), long);
  await isAccessible(rep.page, "a form with an error");
  await picture(rep.page, "phone-bad-name");
  await rep.page.evaluate(() => (location.hash = "#/outbox"));
  assert.equal((await rep.page.locator(by("count-written")).innerText()).trim(), "0", "nothing was recorded");
  assertContent(rep);
});

test("a quantity that cannot be ordered stays as typed and stops the order, and the sum follows every key", async (context) => {
  const rep = await house.rep(context, "YW-0114");
  const [customer] = await rep.customers();
  const route = `#/customers/${customer}/order`;
  await rep.opens(route);
  await rep.page.locator(by("add-products")).click();
  await rep.page.locator(by("add-product")).first().click();
  await rep.page.locator(by("products-done")).click();
  const quantity = rep.page.locator(`${by("order-line")} ${by("quantity")}`);
  const total = rep.page.locator(by("order-total"));
  const one = (await total.innerText()).trim();
  for (const typed of ["1.5", "-3", "99999999", "0", "多", ""]) {
    await quantity.fill(typed);
    await rep.page.locator(by("save-order")).click();
    await rep.page.locator(".field-error").filter({ hasText: "99,999" }).first().waitFor();
    assert.equal(await quantity.inputValue(), typed, "what was typed stays");
    assert.equal(await rep.page.evaluate(() => location.hash), route, "nothing was saved");
  }
  await quantity.fill("2");
  assert.notEqual((await total.innerText()).trim(), one, "the sum follows before the box is left");
  await rep.page.locator(by("save-order")).click();
  await rep.leaves(route);
  assertContent(rep);
});

test("a wrong password is told with the tries that are left, then a pause, and what was typed stays", async (context) => {
  const rep = await house.arrives(context);
  await rep.page.locator(by("sign-in-number")).fill("YW-0130");
  await rep.page.locator(by("sign-in-password")).fill("not-the-password");
  const error = rep.page.locator(".field-error");
  for (const left of [4, 3, 2, 1]) {
    await rep.page.locator(by("sign-in")).click();
    await error.filter({ hasText: `${left} 次` }).waitFor();
  }
  await rep.page.locator(by("sign-in")).click();
  await error.filter({ hasText: "请核对" }).waitFor();
  await rep.page.locator(by("sign-in")).click();
  await error.filter({ hasText: "分钟" }).waitFor();
  assert.equal(await rep.page.locator(by("sign-in-number")).inputValue(), "YW-0130");
  assert.equal(await rep.page.locator(by("sign-in-password")).inputValue(), "not-the-password");
  await picture(rep.page, "phone-throttled");
  assertContent(rep);
});

test("a phone that was revoked still delivers what it holds, photos too, and then is empty and says so", async (context) => {
  const rep = await house.rep(context, "YW-0113");
  const [customer] = await rep.customers();
  const visit = `#/customers/${customer}/visit`;
  await rep.losesSignal();
  await rep.opens(visit);
  await rep.page.getByRole("button", { name: "谈订货" }).click();
  await rep.page.locator(by("photo-input")).setInputFiles(await photo(rep.page, "#c33"));
  await rep.page.locator(by("photo")).waitFor();
  await rep.page.locator(by("save-visit")).click();
  await rep.leaves(visit);
  const administrator = await Clerk.signsIn(house.origin, "GL-0001", PASSWORD);
  const head = await Clerk.signsIn(house.origin, "XS-0001", PASSWORD);
  const { rows: staff } = await head.reads("/staff?q=YW-0113&per_page=5");
  const { rows: devices } = await head.reads("/devices?per_page=100");
  const newest = devices.filter((device) => device.staff.id === staff[0].id).sort((one, other) => other.number - one.number);
  await administrator.revokes(newest[0].id, "手机丢了");
  const uploaded = rep.page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok());
  await rep.findsSignal();
  await uploaded;
  await rep.page.locator(by("begin-anew")).waitFor();
  await isAccessible(rep.page, "a revoked phone");
  assertContent(rep);
});

test("a store that does not open now is no loss: the page says so and opens on the next try", async (context) => {
  const rep = await house.rep(context, "YW-0115");
  await rep.page.addInitScript(() => {
    const open = indexedDB.open.bind(indexedDB);
    IDBFactory.prototype.open = () => {
      throw new DOMException("the disk does not answer", "UnknownError");
    };
    window.healStore = () => (IDBFactory.prototype.open = (...given) => open(...given));
  });
  await rep.page.reload();
  const fault = rep.page.locator(".fault");
  await fault.getByText("store.broken").waitFor();
  await isAccessible(rep.page, "a store that does not open");
  await picture(rep.page, "phone-not-opened");
  await rep.page.evaluate(() => window.healStore());
  await fault.getByRole("button", { name: "再试一次" }).click();
  await rep.page.locator(".tabbar").waitFor();
  assertContent(rep);
});

test("a fault in the program covers the page with words and one way on", async (context) => {
  const rep = await house.rep(context, "YW-0116");
  await rep.page.evaluate(() => {
    window.dispatchEvent(new ErrorEvent("error", { error: new WebAssembly.RuntimeError("unreachable") }));
  });
  await rep.page.getByText("外勤账本停住了").waitFor();
  await isAccessible(rep.page, "a fault in the program");
  await picture(rep.page, "phone-fault");
  await rep.page.getByRole("button", { name: /重新打开/ }).click();
  await rep.page.locator(".tabbar").waitFor();
  assertContent(rep);
});
