// A rep with a phone: the gestures of a day, by what the screens offer.
import assert from "node:assert/strict";

import { Device } from "./browser.js";
import { by } from "./screen.js";

/** A form is kept within a second; a busy machine takes longer. */
const KEEPING_LIMIT_MS = 60_000;

/** A rep who has signed in on a phone of his own. */
export class Rep {
  constructor(phone) {
    this.phone = phone;
  }

  get page() {
    return this.phone.page;
  }

  get complaints() {
    return this.phone.complaints;
  }

  /** Signs in, enrols the phone and waits until the book is there. */
  static async signsIn(origin, { number, password, settings }) {
    const rep = new Rep(await Device.phone(origin, settings));
    await rep.begins(number, password).catch(async (error) => {
      await rep.phone.close();
      throw error;
    });
    return rep;
  }

  /** Opens the product for the first time, and has not signed in yet. */
  static async arrives(origin, settings) {
    const rep = new Rep(await Device.phone(origin, settings));
    await rep.phone.visits("/app/");
    return rep;
  }

  async begins(number, password) {
    await this.phone.visits("/app/");
    await this.signsInAs(number, password);
  }

  async signsInAs(number, password) {
    await this.page.locator(by("sign-in-number")).fill(number);
    await this.page.locator(by("sign-in-password")).fill(password);
    await this.page.locator(by("sign-in")).click();
    await this.page.locator(".tabbar").waitFor();
    // Customers come one by one; a story begins with all of them.
    await this.page.locator(by("first-percent")).waitFor({ state: "detached" });
    await this.phone.readyForOffline();
  }

  /** Opens a screen by its route. */
  async opens(route) {
    await this.page.evaluate((hash) => (location.hash = hash), route);
    await this.page.waitForFunction((hash) => location.hash === hash, route);
  }

  /** Locks the screen by hand. */
  async locks() {
    await this.opens("#/me");
    await this.page.locator(by("lock")).click();
    await this.page.locator(by("unlock")).waitFor();
  }

  /** Types the passphrase and waits for the book. */
  async unlocks(password) {
    await this.page.locator(by("sign-in-password")).fill(password);
    await this.page.locator(by("unlock")).click();
    await this.page.locator(by("unlock")).waitFor({ state: "detached" });
  }

  /** Lets time pass on the phone, as its clock tells it and as its timers feel it. */
  async passes({ seconds = 0, minutes = 0, days = 0 }) {
    await this.phone.passes(((days * 24 * 60 + minutes) * 60 + seconds) * 1000);
  }

  /** The ids of the rep's customers, as the list shows them. */
  async customers() {
    await this.opens("#/customers");
    await this.page.locator(by("customer-row")).first().waitFor();
    const links = await this.page
      .locator(`a${by("customer-row")}, ${by("customer-row")} a`)
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("href")));
    return [...new Set(links.map((href) => href.split("/").pop()))];
  }

  /** No signal, as the browser sees it and as the wire has it. */
  async losesSignal() {
    this.link.sever();
    await this.phone.context.setOffline(true);
  }

  async findsSignal() {
    this.link.heal();
    await this.phone.context.setOffline(false);
  }

  /** Sends and fetches now, and waits until the server has answered the question for what is new. */
  async syncs() {
    await this.opens("#/outbox");
    const pulled = this.page.waitForResponse((answer) => answer.url().includes("/api/v1/pull?") && answer.ok());
    await this.page.locator(by("sync-now")).click();
    await pulled;
  }

  /** Changes one field of the card. */
  async changes(customer, field, value) {
    const route = `#/customers/${customer}/card/${field}`;
    await this.opens(route);
    await this.page.locator(by(`card-${field}`)).fill(value);
    await this.page.locator(by("save-field")).click();
    await this.leaves(route);
  }

  /** Waits until the forms begun are kept in the phone's store otherwise than `before`; how they lie there, sealed. */
  async keepsForms(before = "") {
    const kept = await this.page.evaluate(
      async ([before, limit]) => {
        const done = (request) => new Promise((tell) => (request.onsuccess = () => tell(request.result)));
        const db = await done(indexedDB.open("fieldbook"));
        const until = performance.now() + limit;
        let now = "";
        while (performance.now() < until && (!now || now === before)) {
          const meta = db.transaction("meta").objectStore("meta");
          const sealed = await done(meta.getAll(IDBKeyRange.bound("draft/", "draft0")));
          now = sealed.map((bytes) => bytes.join()).join(";");
          await new Promise(requestAnimationFrame);
        }
        db.close();
        return now;
      },
      [before, KEEPING_LIMIT_MS],
    );
    assert.ok(kept && kept !== before, `what is typed was not kept within ${KEEPING_LIMIT_MS} ms`);
    return kept;
  }

  /** Notes what this device's key signs from now on. */
  async watchesSignatures() {
    await this.page.evaluate(() => {
      window.signed = [];
      const sign = crypto.subtle.sign.bind(crypto.subtle);
      crypto.subtle.sign = async (algorithm, key, bytes) => {
        const signature = await sign(algorithm, key, bytes);
        window.signed.push([[...new Uint8Array(bytes.buffer ?? bytes)], [...new Uint8Array(signature)]]);
        return signature;
      };
    });
  }

  /** The claim of the receipt signed last, as its code carries it. */
  async signedClaim() {
    const context = "fieldbook.receipt.v1";
    const signed = await this.page.evaluate(() => window.signed);
    const [bytes, signature] = signed.findLast(([bytes]) => Buffer.from(bytes).toString("latin1").startsWith(context));
    return Buffer.from([...bytes.slice(context.length), ...signature]).toString("base64url");
  }

  async visits(customer, said) {
    await this.opens(`#/customers/${customer}/visit`);
    await this.page.getByRole("button", { name: "谈订货" }).or(this.page.getByLabel("谈订货")).first().click();
    await this.page.locator(by("visit-said")).fill(said);
    // Measured in the page, from the press to the address that only a saved form leaves for.
    const took = await this.page.evaluate(
      (button) =>
        new Promise((done) => {
          const begun = performance.now();
          window.addEventListener("hashchange", () => done(performance.now() - begun), { once: true });
          document.querySelector(button).click();
        }),
      by("save-visit"),
    );
    await this.leaves(`#/customers/${customer}/visit`);
    return took;
  }

  async orders(customer) {
    await this.opens(`#/customers/${customer}/order`);
    await this.page.locator(by("add-products")).click();
    await this.page.locator(by("add-product")).first().click();
    await this.page.locator(by("add-product")).first().click();
    await this.page.locator(by("products-done")).click();
    await this.page.locator(by("save-order")).click();
    await this.leaves(`#/customers/${customer}/order`);
  }

  /** Takes cash; the number of the receipt comes back. */
  async collects(customer, amount) {
    await this.types(customer, amount);
    await this.page.locator(by("receipt-number")).waitFor();
    return this.page.locator(by("receipt-number")).innerText();
  }

  /** Types an amount and presses the key that takes it. */
  async types(customer, amount) {
    await this.opens(`#/customers/${customer}/collect`);
    await this.page.locator(by("amount")).fill(amount);
    await this.page.locator(by("collect-save")).click();
  }

  async remits(amount) {
    await this.opens("#/remit");
    await this.page.locator(by("amount")).fill(amount);
    await this.page.getByRole("radio").first().click();
    await this.page.locator(by("remit-reference")).fill("204417");
    await this.page.locator(by("save-remittance")).click();
    await this.leaves("#/remit");
  }

  /** Waits until a screen has been left, which a form does only once it is saved. */
  leaves(route) {
    return this.page.waitForFunction((hash) => location.hash !== hash, route);
  }

  /** Waits until nothing is unsent any more. */
  async isDelivered() {
    await this.opens("#/outbox");
    await this.page.waitForFunction(
      (selector) => document.querySelector(selector)?.textContent?.trim() === "0",
      by("count-unsent"),
      { timeout: 120_000 },
    );
  }

  /** Feed position and digest of the book, as the phone shows them. */
  async digest() {
    await this.opens("#/me");
    const [position, hex] = (await this.page.locator(by("digest")).innerText()).trim().split(/\s+/);
    return { position: Number(position), hex };
  }

  /** What something on the page says, its white space made one. */
  async said(id) {
    return (await this.page.locator(by(id)).first().innerText()).replace(/\s+/g, " ").trim();
  }

  /** A sum that the page says, in fen. */
  async sum(id) {
    return Math.round(Number((await this.said(id)).replace(/[^\d.]/g, "")) * 100);
  }

  /** Waits until something on the page says this sum, in fen. */
  saysSum(id, fen) {
    return this.says(id, (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2 }));
  }

  /** Waits until something on the page says this. */
  says(id, words) {
    return this.page.waitForFunction(
      ([place, wanted]) => document.querySelector(place)?.textContent?.includes(wanted),
      [by(id), words],
    );
  }

  /** The cash in hand, as the strip shows it. */
  async cash() {
    return (await this.page.locator(".strip-cash b").innerText()).trim();
  }

  async refusedAbove(text) {
    const sheet = this.page.locator(by("over-limit"));
    await sheet.waitFor();
    assert.equal((await sheet.innerText()).trim(), text);
    await this.page.locator(by("over-back")).click();
  }
}
