// What a story has opened and not closed, because it failed: a process left running would keep the whole run waiting.
import { after } from "node:test";

const open = new Set();

/** Notes something that is to be closed when the file's stories have ended, if nobody has closed it before. */
export function closedAtTheEnd(thing) {
  open.add(thing);
}

after(async () => {
  for (const thing of open) await thing.close().catch(() => {});
});
