import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ProbeOutput } from '../model/resource-type.ts';

/** What a probe printed, from text or bytes that a test holds. */
export function probeOutput(stdout: string | Uint8Array, stderr = ''): ProbeOutput {
  const bytes = Buffer.from(stdout);
  return { bytes, stdout: bytes.toString('utf8'), stderr };
}

/**
 * What a real host printed: `captured/NAME.stdout` beside the test.
 * @example captured(import.meta, 'package.debian-12')
 */
export function captured(place: string | { readonly url: string }, name: string): ProbeOutput {
  const url = typeof place === 'string' ? place : place.url;
  return probeOutput(readFileSync(fileURLToPath(new URL(`./captured/${name}.stdout`, url))));
}
