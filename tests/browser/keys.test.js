// The company's signing key is rotated while phones have known the first one since their enrolment: they follow.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Interface, PASSWORD } from "./harness/office.js";
import { Rep } from "./harness/rep.js";
import { Server } from "./harness/server.js";

let server;
before(async () => {
  server = await Server.fresh();
});
after(() => server?.close());

test("a phone follows a rotated key of the company, and takes what is signed with the new one", async (context) => {
  const asking = await Interface.signsIn(server.origin, "XS-0001");
  const { rows } = await asking.reads("/staff?per_page=200");
  const [from, to] = ["YW-0117", "YW-0103"].map((number) => rows.find((row) => row.number === number).id);
  const hers = await Rep.overALink(context, server.origin, { number: "YW-0103", password: PASSWORD });
  const his = await asking.reads(`/customers?staff=${from}&per_page=1`);
  const customer = his.rows[0].id;

  await hers.losesSignal();
  await server.stop();
  await server.runs("keys", "rotate", "hub");
  await server.start();

  // The customer's past comes as a snapshot, whose manifest only the new key has signed.
  const moving = await Interface.signsIn(server.origin, "XS-0001");
  await moving.asks("POST", "/transfers", { from, to, customers: [customer], reason: "片区调整" });
  await hers.findsSignal();
  await hers.page.reload();
  await hers.syncs();
  await hers.opens(`#/customers/${customer}`);
  await hers.page.getByText(his.rows[0].name).first().waitFor();
  const complaints = hers.phone.complaints.filter((said) => !/net::|Failed to load resource/.test(said));
  assert.deepEqual(complaints, []);
});
