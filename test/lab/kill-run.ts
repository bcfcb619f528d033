import { readFileSync } from 'node:fs';
import { apply } from '@hostwright/core';
import { mailSystem, type Place } from '../../examples/demo/mail-system.ts';

// The controller that kill.long.ts kills. Reads its place from standard input, and prints its events, one a line.
const place: Place = JSON.parse(readFileSync(0, 'utf8'));
await apply(mailSystem(place), {
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
