import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { sampleApply } from '../testing/sample-events.ts';
import { openJournal } from './journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('R42: each event is in the file when it was told, behind what was there', () => {
  const path = join(folder, 'journal');
  writeFileSync(path, 'before\n');
  const journal = openJournal(path);
  const expected = ['before'];
  for (const event of sampleApply()) {
    journal.onEvent(event);
    if (event.type !== 'step.output') expected.push(JSON.stringify(event));
    expect(readFileSync(path, 'utf8')).toBe(`${expected.join('\n')}\n`);
  }
  journal.close();
});

test('a disk that is full breaks off no run, and is told at its end', () => {
  const journal = openJournal('/dev/full');
  for (const event of sampleApply()) journal.onEvent(event);
  expect(journal.close).toThrow('ENOSPC');
});
