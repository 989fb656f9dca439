// A weak link between a phone and the server: cuts, delays, and no signal at all.
import { once } from "node:events";
import { connect, createServer } from "node:net";

import { closedAtTheEnd } from "./leftovers.js";

/**
 * Stands before the server on a port of its own; its `origin` is what the phone is given.
 *
 * `bytes.request` and `bytes.response` count what went over the wire, `cuts` the connections cut.
 */
export class WeakLink {
  #listener;
  #target;
  #connections = new Set();
  #severed = false;
  #delayMs = 0;
  #cut = null;

  bytes = { request: 0, response: 0 };
  cuts = 0;

  /** Opens a link to the server at `origin`, without faults yet. */
  static async to(origin) {
    const link = new WeakLink();
    closedAtTheEnd(link);
    link.#target = Number(new URL(origin).port);
    link.#listener = createServer({ allowHalfOpen: true }, (near) => link.#join(near));
    link.#listener.listen(0, "127.0.0.1");
    await once(link.#listener, "listening");
    link.origin = `http://127.0.0.1:${link.#listener.address().port}`;
    return link;
  }

  /**
   * Cuts each connection once `after` bytes have gone in `direction` ("request" or "response").
   *
   * With `only`, counting begins with the request that contains it, such as "POST /api/v1/push".
   * After so many `times` the link is whole again.
   */
  cutAfter(after, { direction = "request", only = "", times = Infinity } = {}) {
    this.#cut = { after, direction, only, left: times };
    for (const connection of this.#connections) connection.counted = connection.counting = 0;
  }

  /** Holds every piece back by so many milliseconds. */
  delay(milliseconds) {
    this.#delayMs = milliseconds;
  }

  /** No signal: open connections are cut, new ones refused. */
  sever() {
    this.#severed = true;
    for (const connection of this.#connections) connection.end();
  }

  /** The signal is back, and every fault is gone. */
  heal() {
    this.#severed = false;
    this.#delayMs = 0;
    this.#cut = null;
  }

  /** Closes the link for good. */
  async close() {
    this.sever();
    if (!this.#listener?.listening) return;
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #join(near) {
    if (this.#severed) {
      near.on("error", () => {});
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#target, "127.0.0.1");
    const connection = { counted: 0, counting: 0, end: () => [near, far].forEach((end) => end.destroy()) };
    this.#connections.add(connection);
    near.on("close", () => this.#connections.delete(connection));
    for (const end of [near, far]) end.on("error", connection.end);
    this.#pass(near, far, "request", connection);
    this.#pass(far, near, "response", connection);
  }

  #pass(from, to, direction, connection) {
    // Each piece waits for the one before it, so that a delay never changes their order.
    let before = Promise.resolve();
    const after = (work) => {
      const waited = this.#delayMs > 0 ? new Promise((done) => setTimeout(done, this.#delayMs)) : null;
      before = before.then(() => waited).then(work);
    };
    from.on("data", (piece) => after(() => this.#forward(piece, to, direction, connection)));
    from.on("end", () => after(() => to.end()));
    from.on("close", () => after(() => to.destroySoon()));
  }

  #forward(piece, to, direction, connection) {
    if (to.destroyed || connection.cut) return;
    const allowed = this.#allowed(piece, direction, connection);
    this.bytes[direction] += allowed;
    if (allowed === piece.length) {
      to.write(piece);
    } else {
      this.cuts += 1;
      this.#cut.left -= 1;
      connection.cut = true;
      to.write(piece.subarray(0, allowed), connection.end);
    }
  }

  /** How many bytes of this piece still pass before the cut. */
  #allowed(piece, direction, connection) {
    const cut = this.#cut;
    if (!cut || cut.left <= 0) return piece.length;
    if (direction === "request" && (!cut.only || piece.includes(cut.only))) connection.counting = 1;
    if (direction !== cut.direction || !connection.counting) return piece.length;
    const room = cut.after - connection.counted;
    connection.counted += piece.length;
    return Math.min(piece.length, Math.max(room, 0));
  }
}
