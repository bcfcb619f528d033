import { setInterval } from 'node:timers';
import { bootLab } from './boot-lab.ts';
import { sayNothing } from './say.ts';

// A lab of one host whose owner does nothing but live: lab.lab.ts ends it the hard way.
const lab = await bootLab({
  hosts: [{ name: 'held', release: 'debian-13' }],
  name: 'held',
  say: sayNothing,
});
process.stdout.write(`${lab.id}\n`);
setInterval(() => undefined, 60_000);
