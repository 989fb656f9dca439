// The phone in letters twice as large, as people with weak eyes set them: all of it can be read and pressed. Source: R1.
import assert from "node:assert/strict";
import { test } from "node:test";

import { House } from "./harness/house.js";
import { by, picture } from "./harness/screen.js";

const house = House.forAllStories();

/** What stands outside the window or in a column of fewer than four characters, in words. */
function unreadable() {
  const found = [];
  const shown = (element) => element.checkVisibility() && !element.closest(".sr, .scrim");
  const controls = "a, button, input, select, textarea, summary, [role]";
  for (const control of document.querySelectorAll(controls)) {
    const { left, right, width } = control.getBoundingClientRect();
    if (!shown(control) || width < 2) continue;
    if (left < -1 || right > innerWidth + 1) found.push(`outside: ${control.textContent.trim() || control.outerHTML.slice(0, 80)}`);
  }
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const text = words.currentNode.data.trim();
    const element = words.currentNode.parentElement;
    if (text.length < 4 || !shown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    const places = [...range.getClientRects()].filter(({ width }) => width > 0);
    const lines = new Set(places.map(({ top }) => Math.round(top))).size;
    // A letter of the Latin script takes half the room of a Chinese one; a break that was written is no narrow column.
    const letter = parseFloat(getComputedStyle(element).fontSize) * (/[\u3400-\u9fff]/.test(text) ? 1 : 0.5);
    const narrow = Math.max(...places.map(({ width }) => width)) < 3.5 * letter;
    if (narrow && lines > text.split("\n").length) found.push(`${lines} lines: ${text}`);
    if (places.some(({ left, right }) => left < -1 || right > innerWidth + 1) && !element.closest(".clip")) found.push(`cut: ${text}`);
    const clipped = element.closest(".clip");
    const room = clipped && clipped.clientWidth / letter;
    if (clipped && room < 4 && clipped.scrollWidth > clipped.clientWidth) found.push(`clipped: ${text}`);
  }
  return found;
}

for (const [locale, number] of [["zh-CN", "YW-0121"], ["en-US", "YW-0122"]]) {
  test(`at twice the size of letters nothing is cut and no control is out of reach: ${locale}`, async (context) => {
    const rep = await house.rep(context, number, { locale });
    const [id] = await rep.customers();
    await rep.page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    const pages = {
      today: ["#/", ".tabbar"],
      customers: ["#/customers", by("customer-row")],
      customer: [`#/customers/${id}`, ".quick"],
      card: [`#/customers/${id}/card`, ".row"],
      "customer-new": ["#/customers/new", by("save-customer")],
      visit: [`#/customers/${id}/visit`, by("save-visit")],
      order: [`#/customers/${id}/order`, by("add-products")],
      collect: [`#/customers/${id}/collect`, by("collect-save")],
      remit: ["#/remit", ".screen-body"],
      outbox: ["#/outbox", by("count-unsent")],
      me: ["#/me", by("digest")],
    };
    const found = [];
    for (const [name, [route, landmark]] of Object.entries(pages)) {
      await rep.opens(route);
      await rep.page.locator(landmark).first().waitFor();
      found.push(...(await rep.page.evaluate(unreadable)).map((what) => `${name}: ${what}`));
      await picture(rep.page, `phone-large-${locale}-${name}`);
    }
    assert.deepEqual(found, []);
  });
}
