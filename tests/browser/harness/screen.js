// What a screen must be, and a picture of how it is.
import assert from "node:assert/strict";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";

import { OUTPUT } from "./places.js";

/** Something on a page by its stable name. */
export const by = (id) => `[data-testid="${id}"]`;

/** Fails with every accessibility violation axe finds on the page. */
export async function isAccessible(page, screen) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map((node) => node.target).join(", ")}`);
  assert.deepEqual(found, [], `${screen} has accessibility violations`);
}

/** Keeps a picture of the page in tests/browser/output. */
export function picture(page, name) {
  return page.screenshot({ path: join(OUTPUT, `${name}.png`), animations: "disabled" });
}

/** The value below which so many per cent of the measured values lie. */
export function percentile(values, percent) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
}
