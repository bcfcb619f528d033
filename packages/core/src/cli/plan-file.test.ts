import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Plan } from '../model/plan.ts';
import {
  aptFailed,
  creates,
  knownAfter,
  noAnswer,
  samplePlan,
  sampleStep,
  unchanged,
  updates,
} from '../testing/sample-plan.ts';
import { readPlanFile, writePlanFile } from './plan-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-plan-'));
  writeFileSync(join(folder, 'site.ts'), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const everything: Plan = {
  ...samplePlan(
    [
      sampleStep('mx1', 'File[/a]', creates, ['mx1/X[1]']),
      sampleStep('mx1', 'File[/b]', {
        ...updates({ field: 'content', from: null, to: ['x', { y: 1 }], form: 'text' }),
        notifiedBy: ['X[1]'],
      } as Plan['steps'][number]['verdict']),
      sampleStep('mx1', 'File[/c]', unchanged),
      sampleStep('mx1', 'File[/d]', knownAfter('mx1/File[/a]')),
      sampleStep('mx1', 'File[/e]', { is: 'error', error: aptFailed }),
      sampleStep('mx1', 'File[/f]', { is: 'refresh', notifiedBy: ['x'], isCertain: false }),
      { ...sampleStep('mx1', 'File[/g]', unchanged), source: undefined },
    ],
    [{ host: 'db1', error: noAnswer }],
  ),
  ways: [
    {
      host: 'mx1',
      connection: 'ssh',
      address: '192.0.2.1',
      port: 22,
      user: 'deploy',
      becomeUser: 'root',
      jumps: ['a@192.0.2.9:22'],
    },
  ],
  refusals: [aptFailed],
  readOnly: ['db1'],
  selection: { limit: ['mx1'], tags: ['a'], skipTags: ['b'] },
};

test('whatever a plan can say is read as it was written, for its owner only', () => {
  writePlanFile(at('plan.json'), everything, at('site.ts'));
  const { plan, playbook } = readPlanFile(at('plan.json'), undefined);
  expect(plan).toEqual({ ...JSON.parse(JSON.stringify(everything)), playbook: 'site.ts' });
  expect(playbook).toBe(at('site.ts'));
  expect(statSync(at('plan.json')).mode & 0o777).toBe(0o600);
});

test('an older file is replaced, whoever could read it', () => {
  writeFileSync(at('plan.json'), 'old', { mode: 0o644 });
  writePlanFile(at('plan.json'), everything, at('site.ts'));
  expect(statSync(at('plan.json')).mode & 0o777).toBe(0o600);
  expect(readFileSync(at('plan.json'), 'utf8')).toContain('"version": 1');
});

test('the playbook is found from the folder of the file, unless another one is given', () => {
  mkdirSync(at('plans'));
  writePlanFile(at('plans/plan.json'), everything, at('site.ts'));
  expect(readPlanFile(at('plans/plan.json'), undefined).playbook).toBe(at('site.ts'));
  expect(readPlanFile(at('plans/plan.json'), 'other.ts').playbook).toBe('other.ts');
});

test('a plan of the library does not name a playbook, and needs one', () => {
  writeFileSync(at('plan.json'), JSON.stringify(everything));
  expect(() => readPlanFile(at('plan.json'), undefined)).toThrow(
    expect.objectContaining({ code: 'USAGE', remedy: 'Name the playbook with --playbook FILE.' }),
  );
  expect(readPlanFile(at('plan.json'), 'site.ts').playbook).toBe('site.ts');
});

test('a playbook that is not where the plan says leads to the option that names it', () => {
  writePlanFile(at('plan.json'), everything, at('gone.ts'));
  expect(() => readPlanFile(at('plan.json'), undefined)).toThrow(
    expect.objectContaining({
      code: 'PLAYBOOK_NOT_FOUND',
      message: expect.stringContaining('gone.ts, which is not there.'),
      remedy: 'Name its playbook with --playbook FILE.',
    }),
  );
});

test('a file that is not there is said as such', () => {
  expect(() => readPlanFile(at('none.json'), undefined)).toThrow(
    expect.objectContaining({
      code: 'PLAN_INVALID',
      message: expect.stringMatching(/There is no file .*none\.json\./),
      remedy: expect.stringContaining('plan --out'),
    }),
  );
});

test('a folder that is not there is made', () => {
  writePlanFile(at('a/b/plan.json'), everything, at('site.ts'));
  expect(readPlanFile(at('a/b/plan.json'), undefined).playbook).toBe(at('site.ts'));
});

test('nothing is left of a plan that could not be saved', () => {
  mkdirSync(at('folder'));
  expect(() => writePlanFile(at('folder'), everything, at('site.ts'))).toThrow(
    expect.objectContaining({ code: 'REPORT_NOT_WRITTEN' }),
  );
  expect(readdirSync(folder)).toEqual(['folder', 'site.ts']);
});
