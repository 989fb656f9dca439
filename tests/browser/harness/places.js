// Where things lie, for every test.
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The workspace. */
export const ROOT = join(here, "../../..");

/** The server's binary; the task runner names it, else the development build. */
export const SERVER = process.env.FIELDBOOK ?? join(ROOT, "target/debug/fieldbook");

/** Pictures and logs of the last run; not kept in the repository. */
export const OUTPUT = join(here, "../output");
mkdirSync(OUTPUT, { recursive: true });

/** Demo companies made once for each build of the server. */
export const TEMPLATES = join(ROOT, "target/browser");

/** The browser; the task runner names it, else the first one on the search path. */
export function browser() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = ["chromium", "google-chrome-stable", "google-chrome", "chromium-browser"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  const found = process.env.CHROMIUM ?? candidates.find((path) => existsSync(path));
  if (!found) throw new Error("no Chromium found: install it, or name it in CHROMIUM");
  return found;
}
