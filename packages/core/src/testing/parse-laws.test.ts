import { expect, test } from '@jest/globals';
import { HostwrightError } from '../model/errors.ts';
import { absent } from '../model/reading.ts';
import type { ProbeOutput } from '../model/resource-type.ts';
import { sh } from '../shell/sh.ts';
import { parseProblems } from './parse-laws.ts';
import { probeOutput } from './probe-output.ts';

function problems(parse: (output: ProbeOutput) => readonly (typeof absent)[]) {
  const driver = {
    via: 'shell',
    commands: [],
    probe: () => sh`:`,
    apply: () => sh`:`,
    parse,
  } as const;
  return parseProblems(driver, [[probeOutput('a 1\nb 2\n'), [{}]]]);
}

test('a parser that throws something of its own, or loses a reading, is found', () => {
  expect(problems(() => [absent])).toEqual([]);
  expect(problems(() => [])).not.toEqual([]);
  expect(
    problems(({ stdout }) => {
      if (!stdout.startsWith('a')) throw new TypeError('no a');
      return [absent];
    }),
  ).not.toEqual([]);
  expect(
    problems(() => {
      throw new HostwrightError('PROBE_GARBLED', { problem: 'It is garbled.' });
    }),
  ).toEqual([]);
});
