// Somebody in the office, by the same interface the console uses.

/** A person signed in at the office's interface. */
export class Clerk {
  #origin;
  #access;

  static async signsIn(origin, number, password) {
    const clerk = new Clerk();
    clerk.#origin = origin;
    const answer = await fetch(`${origin}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ number, password }),
    });
    clerk.#access = (await answer.json()).access;
    return clerk;
  }

  asks(path) {
    return fetch(`${this.#origin}/api/v1${path}`, { headers: { authorization: `Bearer ${this.#access}` } });
  }

  async reads(path) {
    const answer = await this.asks(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  commands(op) {
    return this.#sends("POST", "/commands", op);
  }

  revokes(device, reason) {
    return this.#sends("DELETE", `/devices/${device}`, { reason });
  }

  async #sends(method, path, body) {
    const answer = await fetch(`${this.#origin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#access}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
