// What lies on a phone that somebody takes apart: nothing that can be read. Source: S78, S92; figure G4.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { Clerk } from "./harness/desk.js";
import { House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { by } from "./harness/screen.js";
import { PASSWORD } from "./harness/server.js";

const house = House.forAllStories();

/** Words nobody else writes: each stands in one field of the day. */
const aWord = () => `哨兵${randomBytes(6).toString("hex")}`;

test("after a day's work no file of the browser holds a word of it, open or locked, nor the key of a locked book", async (context) => {
  const rep = await house.arrives(context);
  // What the book is sealed with, as it comes out of its wrapping.
  await rep.page.evaluate(() => {
    window.keysSeen = [];
    const importKey = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (kind, bytes, ...rest) => {
      window.keysSeen.push([...new Uint8Array(bytes.buffer ?? bytes)]);
      return importKey(kind, bytes, ...rest);
    };
  });
  let hash;
  rep.page.on("request", (request) => {
    if (request.method() === "PATCH" && request.url().includes("/blobs/")) hash = request.url().split("/").pop();
  });
  await rep.signsInAs("YW-0117", PASSWORD);
  await rep.phone.keepsTheRest();
  const [customer] = await rep.customers();
  const head = await Clerk.signsIn(house.origin, "XS-0001", PASSWORD);
  const { name } = await head.reads(`/customers/${customer}`);
  assert.ok(name.length > 3);
  const words = { visited: aWord(), met: aWord(), noted: aWord(), named: aWord(), contact: aWord(), drafted: aWord() };

  await rep.opens(`#/customers/${customer}/visit`);
  await rep.page.locator(by("photo-input")).setInputFiles([await photo(rep.page, "#2a7")]);
  await rep.page.locator(by("photo")).waitFor();
  await rep.page.locator(by("visit-met")).fill(words.met);
  await rep.visits(customer, words.visited);
  await rep.opens(`#/customers/${customer}/order`);
  await rep.page.locator("details summary").first().click();
  await rep.page.locator(by("order-note")).fill(words.noted);
  await rep.orders(customer);
  const receipt = await rep.collects(customer, "1234.56");
  await rep.opens("#/customers/new");
  await rep.page.locator(by("card-name")).fill(words.named);
  await rep.page.locator(by("card-phone")).fill("13909530417");
  await rep.page.locator(by("save-customer")).click();
  await rep.leaves("#/customers/new");
  await rep.opens(`#/customers/${customer}/contacts/new`);
  await rep.page.locator(by("contact-name")).fill(words.contact);
  await rep.page.locator(by("save-contact")).click();
  await rep.leaves(`#/customers/${customer}/contacts/new`);
  await rep.syncs();
  await rep.page.getByText("张照片在传").first().waitFor({ state: "detached" });
  await rep.isDelivered();
  await rep.losesSignal();
  await rep.opens(`#/customers/${customer}/visit`);
  await rep.page.locator(by("visit-said")).fill(words.drafted);
  await rep.keepsForms();
  const keys = await rep.page.evaluate(() => window.keysSeen);
  const picture = Buffer.from(await (await head.asks(`/blobs/${hash}`)).arrayBuffer());
  const secrets = {
    ...words,
    name,
    receipt,
    telephone: "13909530417",
    passphrase: PASSWORD,
    photo: picture.subarray(picture.length >> 1, (picture.length >> 1) + 24),
  };
  assert.ok(picture.length > 1_000 && keys.length > 0);

  await rep.phone.context.close();
  assert.deepEqual(await rep.phone.findsOnDisk(secrets), [], "open");

  await rep.phone.reopens();
  await rep.page.goto("/app/");
  await rep.page.locator(".tabbar").waitFor();
  await rep.locks();
  await rep.phone.context.close();
  const bookKeys = Object.fromEntries(keys.map((bytes, at) => [`key ${at}`, Buffer.from(bytes)]));
  assert.deepEqual(await rep.phone.findsOnDisk({ ...secrets, ...bookKeys }), [], "locked");

  // The search finds what is there: the same words, put beside the book as they are.
  await rep.phone.reopens();
  await rep.page.goto("/app/");
  await rep.page.evaluate(async (words) => {
    const done = (request) => new Promise((tell) => (request.onsuccess = () => tell(request.result)));
    const made = indexedDB.open("control", 1);
    made.onupgradeneeded = () => made.result.createObjectStore("plain");
    const db = await done(made);
    await done(db.transaction("plain", "readwrite").objectStore("plain").put(words, "words"));
    db.close();
    await (await caches.open("control")).put("/app/control", new Response(words.met));
  }, words);
  await rep.phone.context.close();
  const found = await rep.phone.findsOnDisk(words);
  assert.deepEqual([...new Set(found.map(([what]) => what))].sort(), Object.keys(words).sort());
});
