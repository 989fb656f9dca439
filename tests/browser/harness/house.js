// What the stories of a file share: a server of their own over a fresh demo company, and its people at phones and desks.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { Desk } from "./office.js";
import { Rep } from "./rep.js";
import { PASSWORD, Server } from "./server.js";
import { WeakLink } from "./weak-link.js";

/** A demo company of the file's own: it is there before the first story, and gone after the last. */
export class House {
  /** With whatever else is to be ready before the first story. */
  static forAllStories(alsoReady = async () => {}, clock = undefined) {
    const house = new House();
    before(async () => {
      house.server = await Server.fresh(clock);
      await alsoReady();
    });
    after(() => house.server?.close());
    return house;
  }

  get origin() {
    return this.server.origin;
  }

  /** A rep who has signed in on a phone, over a link of their own; both are closed with the story. */
  async rep(context, number, settings) {
    const rep = await this.arrives(context, settings);
    await rep.signsInAs(number, PASSWORD);
    return rep;
  }

  /** A phone with a link of its own on which nobody has signed in yet. */
  async arrives(context, settings) {
    const link = await WeakLink.to(this.origin);
    context.after(() => link.close());
    const rep = await Rep.arrives(link.origin, settings);
    context.after(() => rep.phone.close());
    rep.link = link;
    return rep;
  }

  /** Somebody of the office at a desk, which is left with the story. */
  async desk(context, number, settings) {
    const desk = await Desk.signsIn(this.origin, number, settings);
    context.after(() => desk.close());
    return desk;
  }
}

/** Fails with whatever their pages have complained of. A request without an answer the browser notes by itself. */
export function assertContent(...people) {
  const said = people.flatMap(({ complaints }) => complaints);
  assert.deepEqual(said.filter((said) => !/net::|Failed to load resource/.test(said)), []);
}
