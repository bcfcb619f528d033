import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { HostwrightError, messageOf } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { parsePlan } from '../run/read-plan.ts';
import { shownPath } from './load-error.ts';
import { notWritten } from './not-written.ts';

/** What `apply` was given: a playbook, or a plan that says which playbook it was made of. */
export function isPlanFile(path: string): boolean {
  return path.endsWith('.json');
}

export interface SavedPlan {
  readonly plan: Plan;
  /** Path of the playbook. */
  readonly playbook: string;
}

/**
 * A plan that `plan --out` wrote. Its playbook is the one that it names, from the folder of the file, or the one given.
 * Errors: PLAN_INVALID, PLAN_VERSION, PLAYBOOK_NOT_FOUND, USAGE where nothing says which playbook it was made of.
 */
export function readPlanFile(path: string, playbook: string | undefined): SavedPlan {
  const file = resolve(path);
  const plan = parsePlan(textOf(file), shownPath(file));
  if (playbook !== undefined) return { plan, playbook };
  if (plan.playbook !== undefined) {
    return { plan, playbook: requirePlaybook(join(dirname(file), plan.playbook), file) };
  }
  throw new HostwrightError('USAGE', {
    problem: `${shownPath(file)} does not say which playbook it was made of.`,
    remedy: 'Name the playbook with --playbook FILE.',
  });
}

function requirePlaybook(playbook: string, file: string): string {
  if (existsSync(playbook)) return playbook;
  throw new HostwrightError('PLAYBOOK_NOT_FOUND', {
    problem: `${shownPath(file)} was made of ${shownPath(playbook)}, which is not there.`,
    remedy: 'Name its playbook with --playbook FILE.',
  });
}

/** Only its owner may read it: it holds no secret, but it shows what files of the hosts say. */
const mode = 0o600;

/** Writes a plan with the path of its playbook, in one step. Errors: REPORT_NOT_WRITTEN. */
export function writePlanFile(path: string, plan: Plan, playbook: string): void {
  const file = resolve(path);
  const saved: Plan = { ...plan, playbook: relative(dirname(file), resolve(playbook)) };
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, `${JSON.stringify(saved, undefined, 1)}\n`, { mode, flag: 'wx' });
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw notWritten(`The plan ${path}`, cause, false);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const isGone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isGone
      ? `There is no file ${shownPath(file)}.`
      : `${shownPath(file)} could not be read: ${messageOf(cause)}.`;
    const remedy = 'Name a plan that `hostwright plan --out FILE` saved.';
    throw new HostwrightError('PLAN_INVALID', { problem, remedy, cause });
  }
}
