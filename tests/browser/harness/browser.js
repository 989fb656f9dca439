// A phone and an office desk, as the browser shows them.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { closedAtTheEnd } from "./leftovers.js";
import { browser } from "./places.js";

// A machine that has just built everything may still be writing to its disk, and the browser waits for it.
const PATIENCE_MS = 120_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

const CHINESE = { locale: "zh-CN", timezoneId: "Asia/Shanghai" };

const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  // Yinchuan, where the demo company's customers are.
  geolocation: { latitude: 38.4872, longitude: 106.2309, accuracy: 18 },
  permissions: ["geolocation"],
};

const DESK = { viewport: { width: 1440, height: 900 } };

/** A device with a browser profile of its own, which outlives closing and opening it. */
export class Device {
  /** What the page complained about: uncaught errors and console errors. */
  complaints = [];
  #settings;
  #profile;
  #ahead = 0;

  /** A phone that knows the product at `origin`. */
  static phone(origin, settings = {}) {
    return Device.#open(origin, { ...CHINESE, ...PHONE, ...settings });
  }

  /** A desk in the office. */
  static desk(origin, settings = {}) {
    return Device.#open(origin, { ...CHINESE, ...DESK, ...settings });
  }

  static async #open(origin, settings) {
    const device = new Device();
    device.#settings = { baseURL: origin, ...settings };
    device.#profile = await mkdtemp(join(tmpdir(), "fieldbook-device-"));
    closedAtTheEnd(device);
    await device.#start();
    return device;
  }

  async #start() {
    this.context = await chromium.launchPersistentContext(this.#profile, {
      executablePath: browser(),
      headless: true,
      args: FLAGS,
      ...this.#settings,
    });
    this.context.setDefaultTimeout(PATIENCE_MS);
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.page.on("pageerror", (error) => this.complaints.push(error.message));
    this.page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
  }

  /** Closes the browser and opens it again with all it kept. */
  async reopen() {
    await this.context.close();
    await this.#start();
  }

  /** Opens a browser that was closed. */
  reopens() {
    return this.#start();
  }

  /** Which of these words or bytes, by name, lie in which file of the profile of a closed browser, in any spelling. */
  async findsOnDisk(wanted) {
    const spelled = Object.entries(wanted).flatMap(([name, what]) =>
      (typeof what === "string" ? [Buffer.from(what, "utf8"), Buffer.from(what, "utf16le")] : [what]).map((bytes) => [name, bytes]),
    );
    const found = [];
    const entries = await readdir(this.#profile, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((entry) => entry.isFile())) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const content = await readFile(path);
      for (const [name, bytes] of spelled) if (content.includes(bytes)) found.push([name, path.slice(this.#profile.length)]);
    }
    return found;
  }

  /** Sets the phone's clock on by so many milliseconds, for this page and those that follow, and lets it look. */
  async passes(milliseconds) {
    this.#ahead += milliseconds;
    const moved = (ahead) => {
      globalThis.fieldbookNow ??= Date.now.bind(Date);
      Date.now = () => globalThis.fieldbookNow() + ahead;
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    };
    await this.context.addInitScript(moved, this.#ahead);
    await this.page.evaluate(moved, this.#ahead);
  }

  /** What stands in the way of installing the product, by the browser's own check. */
  async installabilityErrors() {
    const session = await this.context.newCDPSession(this.page);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    await session.detach();
    return installabilityErrors.map((error) => error.errorId);
  }

  /** Opens a page, which is no use to any story if the server has none there. */
  async visits(path) {
    const answer = await this.page.goto(path);
    // A page that comes out of the service worker or has not changed is as good.
    if (answer && !answer.ok() && answer.status() !== 304) throw new Error(`${path} was answered with ${answer.status()}`);
  }

  /** Waits until the service worker holds the page, so that it opens without signal. */
  async readyForOffline() {
    await this.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
  }

  /** Waits until the service worker keeps what came after the first start too: English, the table of initials, both later programs. */
  async keepsTheRest() {
    await this.page.waitForFunction(async () => {
      const [name] = (await caches.keys()).filter((name) => name.startsWith("fieldbook-"));
      if (!name) return false;
      const files = await (await caches.open(name)).keys();
      const count = (ending) => files.filter(({ url }) => url.endsWith(ending)).length;
      return count(".txt") === 2 && count(".wasm") === 3;
    });
  }

  /** Closes the browser and forgets everything it kept. */
  async close() {
    await this.context?.close();
    await rm(this.#profile, { recursive: true, force: true });
  }
}
