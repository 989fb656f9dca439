// Photos where something is in the way: a full phone, a file that is no picture, more of them than one rescue file takes.
// Source: R9.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { House } from "./harness/house.js";
import { photo } from "./harness/jpeg.js";
import { by, isAccessible, picture } from "./harness/screen.js";

const house = House.forAllStories();

test("a photo that cannot be taken in says why in words, and what to do", async (context) => {
  const rep = await house.rep(context, "YW-0101");
  const [customer] = await rep.customers();
  await rep.opens(`#/customers/${customer}/visit`);
  const camera = rep.page.locator(by("photo-input"));
  const said = rep.page.locator(".field-error");
  await camera.setInputFiles({ name: "IMG_0002.jpg", mimeType: "image/jpeg", buffer: Buffer.from("hello") });
  await said.getByText("这个文件不是照片").waitFor();
  // What a browser says whose phone has no room for a photo any more.
  await rep.page.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    window.findsRoom = () => (IDBObjectStore.prototype.put = put);
    IDBObjectStore.prototype.put = function (...record) {
      if (this.name === "blobs") throw new DOMException("no room", "QuotaExceededError");
      return put.apply(this, record);
    };
  });
  const taken = await photo(rep.page);
  await camera.setInputFiles([taken]);
  await said.getByText("手机存满了，这张没能存下").waitFor();
  assert.ok(!(await said.innerText()).includes("store.full"));
  await picture(rep.page, "phone-photo-full");
  await rep.page.evaluate(() => window.findsRoom());
  await camera.setInputFiles([taken]);
  await rep.page.locator(by("photo")).waitFor();
});

/** A picture that cannot be made small, and different from every other: nothing but noise. */
async function noise(page) {
  const drawn = await page.evaluate(async () => {
    const [width, height] = [1600, 1600];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const image = new ImageData(width, height);
    for (let at = 0; at < image.data.length; at += 65_536) {
      crypto.getRandomValues(new Uint8Array(image.data.buffer, at, Math.min(65_536, image.data.length - at)));
    }
    for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
  });
  return { name: "IMG.jpg", mimeType: "image/jpeg", buffer: Buffer.from(drawn, "base64") };
}

test("more photos than one rescue file takes go out one file after the other, and none of them twice", async (context) => {
  const rep = await house.rep(context, "YW-0103");
  const [customer] = await rep.customers();
  const visit = `#/customers/${customer}/visit`;
  await rep.losesSignal();
  let taken = 0;
  for (const many of [9, 9, 6]) {
    await rep.opens(visit);
    await rep.page.getByRole("button", { name: "谈订货" }).click();
    for (let one = 0; one < many; one += 1) {
      await rep.page.locator(by("photo-input")).setInputFiles([await noise(rep.page)]);
      await rep.page.locator(by("photo")).nth(one).waitFor();
    }
    await rep.page.locator(by("save-visit")).click();
    await rep.leaves(visit);
    taken += many;
  }
  await rep.opens("#/me");
  const exported = async () => {
    const downloading = rep.page.waitForEvent("download");
    await rep.page.locator(by("rescue-export")).click();
    const download = await downloading;
    const said = rep.page.locator(by("rescue-said"));
    await said.waitFor();
    return { name: download.suggestedFilename(), file: await readFile(await download.path()), said: await said.innerText() };
  };
  const files = [await exported()];
  const parts = Number(files[0].said.match(/第 1 个，共 (\d+) 个/)?.[1]);
  assert.ok(parts > 1, files[0].said);
  await picture(rep.page, "phone-rescue-parts");
  await isAccessible(rep.page, "rescue file in parts");
  // Whether the page lives on or not.
  await rep.page.reload();
  await rep.page.locator(by("rescue-export")).waitFor();
  while (files.length < parts) {
    files.push(await exported());
    assert.match(files.at(-1).said, new RegExp(`第 ${files.length} 个，共 ${parts} 个`));
  }
  assert.equal(new Set(files.map(({ name }) => name)).size, parts, "each has a name of its own");
  const counted = files.map(({ said }) => Number(said.match(/(\d+) 张照片/)[1]));
  assert.equal(counted.reduce((all, one) => all + one), taken, `${counted}`);
  assert.match((await exported()).said, new RegExp(`第 1 个，共 ${parts} 个`), "the next round begins anew");

  const desk = await house.desk(context, "XS-0001");
  await desk.opens("#/devices");
  await desk.at("rescue").click();
  for (const [at, { name, file }] of files.entries()) {
    await desk.at("rescue-file").setInputFiles({ name, mimeType: "application/octet-stream", buffer: file });
    await desk.at("rescue-said").getByText(`照片 ${counted[at]} 张`).waitFor();
  }
});
