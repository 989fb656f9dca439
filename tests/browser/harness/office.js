// Somebody of the office at a desk: what the console's stories do again and again.
import { Device } from "./browser.js";
import { by } from "./screen.js";
import { PASSWORD } from "./server.js";

/** A desk at which somebody is signed in. */
export class Desk {
  constructor(device, page) {
    this.device = device;
    this.page = page ?? device.page;
  }

  get complaints() {
    return this.device.complaints;
  }

  /** Opens a browser of its own and signs in. */
  static async signsIn(origin, number, settings) {
    const desk = new Desk(await Device.desk(origin, settings));
    await desk.device.visits("/office/");
    await desk.enters(number);
    await desk.at("figures").waitFor();
    return desk;
  }

  /** Types number and password at the door. */
  async enters(number, password = PASSWORD) {
    await this.page.locator('input[autocomplete="username"]').fill(number);
    await this.page.locator('input[type="password"]').fill(password);
    await this.page.locator(`${by("sign-in")} button[type="submit"]`).click();
  }

  /** Something on the page by its stable name. */
  at(id) {
    return this.page.locator(by(id));
  }

  /** Another window of the same browser, which is signed in by its cookie. */
  async window(route) {
    const page = await this.device.context.newPage();
    page.on("pageerror", (error) => this.device.complaints.push(error.message));
    await page.goto(`/office/${route}`);
    return new Desk(this.device, page);
  }

  /** Goes to a page and waits until it is read. */
  async opens(route) {
    await this.page.evaluate((hash) => (location.hash = hash), route);
    await this.isRead();
  }

  /** Waits until nothing on the page is still being fetched. */
  async isRead() {
    await this.page.waitForFunction(() => {
      const page = document.querySelector("#page");
      return page && !document.querySelector('[aria-busy="true"]');
    });
  }

  /** The rows of the list on the page. */
  rows(list) {
    return this.page.locator(`${by(list)} tbody tr[tabindex]`);
  }

  /** Waits until the list on the page counts so many entries. */
  counts(number) {
    return this.page.waitForFunction(
      ([selector, wanted]) => document.querySelector(selector)?.textContent?.match(/\d+/)?.[0] === wanted,
      [by("count"), String(number)],
      { timeout: 120_000 },
    );
  }

  /** The hash of the address. */
  address() {
    return decodeURIComponent(new URL(this.page.url()).hash);
  }

  async close() {
    await this.device.close();
  }
}

/** The server's interface, asked as somebody of the office. */
export class Interface {
  static async signsIn(origin, number) {
    const self = new Interface();
    self.origin = origin;
    const answer = await self.asks("POST", "/session", { number, password: PASSWORD });
    self.access = answer.access;
    self.staff = answer.staff;
    return self;
  }

  async asks(method, path, content) {
    const answer = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: {
        "accept-language": "zh-CN",
        ...(content ? { "content-type": "application/json" } : {}),
        ...(this.access ? { authorization: `Bearer ${this.access}` } : {}),
      },
      body: content ? JSON.stringify(content) : undefined,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  reads(path) {
    return this.asks("GET", path);
  }

  commands(content) {
    return this.asks("POST", "/commands", content);
  }
}
