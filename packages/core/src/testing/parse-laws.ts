import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { ProbeOutput, ShellDriver } from '../model/resource-type.ts';
import { probeOutput } from './probe-output.ts';
import type { CapturedCase } from './resource-cases.ts';

/** Broken outputs for each capture. The same each time. */
const breaksPerCapture = 100;

/**
 * What a parser makes of output that no host should print: lines gone, swapped and cut, bytes changed, NUL, half
 * characters. It returns one reading for each spec or throws a HostwrightError; anything else is a problem.
 */
export function parseProblems<Spec>(
  driver: ShellDriver<unknown, unknown, unknown>,
  captures: readonly CapturedCase<Spec>[],
): readonly string[] {
  const nothing: readonly CapturedCase<Spec>[] = captures.map(([, specs]) => [
    probeOutput(''),
    specs,
  ]);
  return [...captures, ...nothing].flatMap(([output, specs]) => {
    const random = numbers(output.bytes.length + 1);
    return Array.from({ length: breaksPerCapture }, () => broken(output.bytes, random)).flatMap(
      (bytes) => problemWith(driver, probeOutput(bytes), specs),
    );
  });
}

function problemWith(
  driver: ShellDriver<unknown, unknown, unknown>,
  output: ProbeOutput,
  specs: readonly unknown[],
): readonly string[] {
  try {
    const { length } = driver.parse(output, specs);
    if (length === specs.length) return [];
    return [
      `${length} readings of ${specs.length} from ${JSON.stringify(output.stdout.slice(0, 400))}`,
    ];
  } catch (thrown) {
    if (thrown instanceof HostwrightError) return [];
    const { detail } = asHostwrightError(thrown);
    return [`${detail} from ${JSON.stringify(output.stdout.slice(0, 400))}`];
  }
}

function broken(bytes: Buffer, random: (below: number) => number): Buffer {
  const ways = [
    () => bytes.subarray(0, random(bytes.length + 1)),
    () => bytes.subarray(random(bytes.length + 1)),
    () => Buffer.concat([bytes, Buffer.from(Array.from({ length: 20 }, () => random(256)))]),
    () => Buffer.from(Array.from({ length: random(200) }, () => random(256))),
    () => changed(bytes, random),
    () => shuffled(bytes, random),
  ];
  return (ways[random(ways.length)] ?? (() => bytes))();
}

function changed(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let count = random(20); count >= 0; count -= 1) {
    if (copy.length > 0) copy[random(copy.length)] = random(256);
  }
  return copy;
}

function shuffled(bytes: Buffer, random: (below: number) => number): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  const picked = lines.map(() => lines[random(lines.length)] ?? '');
  return Buffer.from(picked.join('\n'), 'latin1');
}

/** Numbers that look random and are the same for the same seed: xorshift with 32 bits. */
function numbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
