// The company's signing key is rotated while phones have known the first one since their enrolment: they follow.
import { test } from "node:test";

import { assertContent, House } from "./harness/house.js";
import { Interface } from "./harness/office.js";

const house = House.forAllStories();

test("a phone follows a rotated key of the company, and takes what is signed with the new one", async (context) => {
  const asking = await Interface.signsIn(house.origin, "XS-0001");
  const { rows } = await asking.reads("/staff?per_page=200");
  const [from, to] = ["YW-0117", "YW-0103"].map((number) => rows.find((row) => row.number === number).id);
  const hers = await house.rep(context, "YW-0103");
  const his = await asking.reads(`/customers?staff=${from}&per_page=1`);
  const customer = his.rows[0].id;

  await hers.losesSignal();
  await house.server.stop();
  await house.server.runs("keys", "rotate", "hub");
  await house.server.start();

  // The customer's past comes as a snapshot, whose manifest only the new key has signed.
  const moving = await Interface.signsIn(house.origin, "XS-0001");
  await moving.asks("POST", "/transfers", { from, to, customers: [customer], reason: "片区调整" });
  await hers.findsSignal();
  await hers.syncs();
  await hers.opens(`#/customers/${customer}`);
  await hers.page.getByText(his.rows[0].name).first().waitFor();
  assertContent(hers);
});
