// Times merging in the phone's kind of program: `node merge.cjs FOLDER PAGE ROUNDS` prints milliseconds, one line a round.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const [folder, page, rounds] = process.argv.slice(2);
const { Entries } = require(path.join(folder, 'merging.js'));
const entries = new Entries(fs.readFileSync(page));
if (entries.count() === 0) {
  throw new Error('the page has no entries');
}
// The compiler behind the machine needs a first round of its own.
for (let round = -1; round < Number(rounds); round += 1) {
  const begun = process.hrtime.bigint();
  entries.merge();
  const ms = Number(process.hrtime.bigint() - begun) / 1e6;
  if (round >= 0) {
    console.log(ms);
  }
}
