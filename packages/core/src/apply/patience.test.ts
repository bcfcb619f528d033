import { expect, test } from '@jest/globals';
import type { Answer } from '../shell/frame.ts';
import { patiently } from './patience.ts';

function failure(stderr: string): Answer {
  return { is: 'ran', exitCode: 100, stdout: Buffer.alloc(0), stderr: Buffer.from(stderr) };
}

const good: Answer = { ...failure(''), is: 'ran', exitCode: 0 } as Answer;
const driver = { isTransient: (_: number, stderr: string) => stderr.includes('no answer') };

async function triesOf(answers: readonly Answer[]) {
  const lines: string[] = [];
  let tries = 0;
  const attempt = async () => answers[tries++] ?? good;
  const last = await patiently(driver, attempt, (line) => lines.push(line), [1, 1]);
  return { tries, lines: lines.length, isDone: last.is === 'ran' && last.exitCode === 0 };
}

test('what passes by itself is tried again, at most twice; everything else is not', async () => {
  const passing = failure('the mirror gives no answer');
  expect(await triesOf([passing, good])).toEqual({ tries: 2, lines: 1, isDone: true });
  expect(await triesOf([passing, passing, passing])).toEqual({ tries: 3, lines: 2, isDone: false });
  expect(await triesOf([failure('no such package')])).toEqual({
    tries: 1,
    lines: 0,
    isDone: false,
  });
});
