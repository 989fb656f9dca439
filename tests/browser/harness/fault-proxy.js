// A proxy on loopback that breaks requests on purpose, one kind of fault at a time.
//
// It understands HTTP, so that it can break one named request and let the rest pass; what it breaks, it breaks on the
// socket. Each request has a connection of its own: on a kept one the browser itself repeats what was reset.
import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

import { closedAtTheEnd } from "./leftovers.js";

/** The size of what goes over a slow line at once. */
const SLOW_PIECE = 64;

/** What a request or an answer weighs before its body. */
const headOf = (first, rawHeaders) =>
  first.length + 4 + rawHeaders.reduce((sum, part) => sum + part.length + 2, 0);

async function whole(message) {
  const all = [];
  for await (const part of message) all.push(part);
  return Buffer.concat(all);
}

/**
 * Stands before the server on a port of its own; its `origin` is what the phone is given.
 *
 * A fault has a `kind`, and with `only` it is done to requests that begin like it, such as "POST /api/v1/push"; after so
 * many `times` everything passes again. `done` counts faults, `requests` all requests, `cuts` the connections reset,
 * `bytes` what went over the line, heads included.
 *
 * - `reset`: the connection is reset once `after` bytes of the body have gone in `direction`.
 * - `blackhole`: the request is taken and never answered; it does not arrive either.
 * - `answer-lost`: the request arrives, and its answer never comes.
 * - `half-close`: one side says it has no more to say, after so many bytes in `direction`, and the line stays.
 * - `cut-packing`: a packed body is cut in `direction`, and ends in good order.
 * - `replay`: the request is brought twice; `replayAgain` brings it once more, later.
 * - `trickle`: a byte a second in `direction`.
 */
export class FaultProxy {
  #listener;
  #port;
  #fault = null;
  #random = null;
  #bytesPerSecond = Infinity;
  #severed = false;
  #sockets = new Set();
  #brought = [];

  done = 0;
  requests = 0;
  cuts = 0;
  bytes = { request: 0, response: 0 };

  /** Opens a proxy to the server at `origin`, without faults yet. */
  static async to(origin) {
    const proxy = new FaultProxy();
    proxy.#port = Number(new URL(origin).port);
    proxy.#listener = createServer((near, answer) => proxy.#pass(near, answer).catch(() => answer.destroy()));
    proxy.#listener.maxRequestsPerSocket = 1;
    proxy.#listener.on("connection", (socket) => {
      if (proxy.#severed) return socket.resetAndDestroy();
      proxy.#sockets.add(socket);
      socket.on("close", () => proxy.#sockets.delete(socket));
      socket.on("error", () => {});
    });
    proxy.#listener.listen(0, "127.0.0.1");
    await once(proxy.#listener, "listening");
    proxy.origin = `http://127.0.0.1:${proxy.#listener.address().port}`;
    closedAtTheEnd(proxy);
    return proxy;
  }

  /** From now on this is done to requests. */
  fault(kind, { only = "", direction = "request", after = 0, times = Infinity } = {}) {
    this.#fault = { kind, only, direction, after, left: times };
    this.done = 0;
  }

  /** From now on so many of every ten requests are cut at a random byte, and all of them crawl. */
  crawls({ bytesPerSecond, cutOfTen, dice }) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#random = { cutOfTen, dice, deck: [] };
    this.requests = this.cuts = this.bytes.request = this.bytes.response = 0;
  }

  /** No signal: open connections are cut, new ones refused. */
  sever() {
    this.#severed = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Every fault is gone; what was swallowed stays swallowed. */
  heal() {
    this.#fault = this.#random = null;
    this.#bytesPerSecond = Infinity;
    this.#severed = false;
  }

  /** Brings everything that was replayed once more. How many requests that were. */
  async replayAgain() {
    for (const { head, body } of this.#brought) await whole((await this.#bring(head, body)).answer);
    return this.#brought.length;
  }

  async close() {
    this.sever();
    this.#listener.closeAllConnections();
    this.#listener.close();
  }

  /** The fault that this request meets, if any. */
  #meets(near) {
    this.requests += 1;
    const fault = this.#fault;
    if (!fault || fault.left <= 0 || !`${near.method} ${near.url}`.startsWith(fault.only)) return null;
    fault.left -= 1;
    this.done += 1;
    return fault;
  }

  /** Where a request is cut that meets no other fault: a random byte of all its bytes, those of its answer included. */
  #cutAt(sent) {
    if (!this.#random) return null;
    const { cutOfTen, dice, deck } = this.#random;
    if (deck.length === 0) {
      const order = Array.from({ length: 10 }, (_, turn) => ({ cut: turn < cutOfTen, at: dice() }));
      deck.push(...order.sort((one, other) => one.at - other.at).map(({ cut }) => cut));
    }
    if (!deck.pop()) return null;
    // Answers are as long as they are; most are of this size.
    const at = Math.floor(dice() * (sent + 700));
    return at < sent ? { direction: "request", after: at } : { direction: "response", after: at - sent };
  }

  async #pass(near, answer) {
    const line = `${near.method} ${near.url} HTTP/1.1`;
    const fault = this.#meets(near);
    if (fault?.kind === "blackhole") return near.resume();
    if (fault?.kind === "replay") return this.#replay(near, answer);
    const head = headOf(line, near.rawHeaders);
    const length = Number(near.headers["content-length"] ?? 0);
    const cut = fault?.kind === "reset" ? { ...fault } : this.#cutAt(head + length);
    if (cut && !fault && cut.direction === "request") cut.after -= head;
    this.bytes.request += head;
    await this.#wait(head);
    if (cut?.direction === "request" && cut.after < 0) return this.#reset(near.socket);
    const far = this.#ask(near);
    near.on("aborted", () => far.destroy());
    const answered = once(far, "response");
    answered.catch(() => {});
    far.on("error", () => answer.destroy());
    const sent = await this.#forward(near, far, { direction: "request", cut, fault });
    if (sent === "broken") {
      far.destroy();
      return this.#reset(near.socket);
    }
    const [reply] = await answered;
    if (fault?.kind === "answer-lost") return reply.resume();
    await this.#answer(reply, answer, { cut, fault });
  }

  #ask(near, body) {
    const { method, url: path } = near;
    const headers = { ...near.headers };
    if (body) headers["content-length"] = String(body.length);
    return ask({ host: "127.0.0.1", port: this.#port, method, path, headers, agent: false });
  }

  async #bring(head, body) {
    const far = this.#ask(head, body);
    const answered = once(far, "response");
    far.end(body);
    const [answer] = await answered;
    return { answer };
  }

  async #replay(near, answer) {
    const head = { method: near.method, url: near.url, headers: near.headers };
    const body = await whole(near);
    this.#brought.push({ head, body });
    await whole((await this.#bring(head, body)).answer);
    const { answer: second } = await this.#bring(head, body);
    await this.#answer(second, answer, {});
  }

  async #answer(reply, answer, { cut, fault }) {
    const headers = { ...reply.headers, connection: "close" };
    const head = headOf(`HTTP/1.1 ${reply.statusCode} `, reply.rawHeaders);
    this.bytes.response += head;
    await this.#wait(head);
    if (fault?.kind === "cut-packing" && fault.direction === "response") {
      const packed = await whole(reply);
      const rest = packed.subarray(0, Math.floor(packed.length / 2));
      delete headers["transfer-encoding"];
      answer.writeHead(reply.statusCode, { ...headers, "content-length": rest.length });
      return answer.end(rest);
    }
    answer.writeHead(reply.statusCode, headers);
    answer.flushHeaders();
    const sent = await this.#forward(reply, answer, { direction: "response", cut, fault });
    if (sent === "broken") this.#reset(answer.socket);
  }

  #reset(socket) {
    this.cuts += 1;
    socket?.resetAndDestroy();
  }

  #pace(fault, direction) {
    const trickles = fault?.kind === "trickle" && fault.direction === direction;
    return trickles ? { piece: 1, perSecond: 1 } : { piece: SLOW_PIECE, perSecond: this.#bytesPerSecond };
  }

  #wait(bytes) {
    return Number.isFinite(this.#bytesPerSecond) ? pause((bytes * 1_000) / this.#bytesPerSecond) : null;
  }

  /** Passes a body on; "broken" when it was cut on its way. */
  async #forward(from, to, { direction, cut, fault }) {
    const slow = this.#pace(fault, direction);
    let gone = 0;
    const mine = (broken) => broken?.direction === direction;
    const ends = fault?.kind === "half-close" && mine(fault) ? fault : null;
    const packing = fault?.kind === "cut-packing" && mine(fault) && direction === "request";
    if (packing) {
      const packed = await whole(from);
      const rest = packed.subarray(0, Math.floor(packed.length / 2));
      to.setHeader("content-length", rest.length);
      return to.end(rest);
    }
    const until = mine(cut) ? cut.after : (ends?.after ?? Infinity);
    if (until === 0) return this.#stop(to, ends);
    for await (const part of from) {
      for (let at = 0; at < part.length; ) {
        const size = Number.isFinite(slow.perSecond) ? slow.piece : part.length;
        const piece = part.subarray(at, at + Math.min(size, until - gone));
        at += piece.length;
        if (Number.isFinite(slow.perSecond)) await pause((piece.length * 1_000) / slow.perSecond);
        if (to.destroyed) return "gone";
        gone += piece.length;
        this.bytes[direction] += piece.length;
        // What was written is on its way before the line goes.
        await new Promise((written) => to.write(piece, written));
        if (gone >= until) return this.#stop(to, ends);
      }
    }
    to.end();
    return "whole";
  }

  /** The end of the line: reset by the caller, or one side that says it has no more to say. */
  #stop(to, ends) {
    if (!ends) return "broken";
    to.socket?.end();
    return "half";
  }
}
