import { HostwrightError } from '../model/errors.ts';
import { suggestion } from '../model/near-names.ts';
import type { Playbook } from '../model/playbook.ts';
import type { AskSettings, RunSettings } from './options.ts';

/** For untyped callers: a limit that is misspelt would let the run go to every host. */

interface Form {
  readonly is: (value: unknown) => boolean;
  readonly expected: string;
}

const forksMax = 1000;
const aNumber: Form = {
  is: (value) => typeof value === 'number' && value >= 0,
  expected: 'a number, 0 or more',
};
const aFunction: Form = { is: (value) => typeof value === 'function', expected: 'a function' };
const texts: Form = {
  is: (value) => Array.isArray(value) && value.every((part) => typeof part === 'string'),
  expected: 'an array of texts',
};
/** Seen to where it is used. */
const anything: Form = { is: () => true, expected: '' };

const askForms: Readonly<Record<keyof AskSettings, Form>> = {
  forks: {
    is: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= forksMax,
    expected: `a whole number from 1 to ${forksMax}`,
  },
  onEvent: aFunction,
  signal: { is: isSignal, expected: 'an AbortSignal' },
  connect: aFunction,
  limit: {
    is: (value) => typeof value === 'string' || texts.is(value),
    expected: 'a text or an array of texts',
  },
};

const runForms: Readonly<Record<keyof RunSettings, Form>> = {
  ...askForms,
  removalsMax: { is: (value) => typeof value === 'object', expected: '{ count } or { percent }' },
  reconnectWaitsMs: {
    is: (value) => Array.isArray(value) && value.every(aNumber.is),
    expected: 'an array of numbers',
  },
  wayBackMs: aNumber,
  tags: texts,
  skipTags: texts,
  serial: anything,
  maxFail: anything,
  lockWaitMs: aNumber,
  command: { is: (value) => typeof value === 'string', expected: 'a text' },
};

/** Errors: SETTINGS_INVALID. `more` are settings that the call has beside those of every run. */
export function requireSettings(settings: RunSettings, more: readonly string[] = []): void {
  requireForms(settings, runForms, more);
}

/** The same for calls that ask hosts, or do something at once. Errors: SETTINGS_INVALID. */
export function requireAskSettings(settings: AskSettings): void {
  requireForms(settings, askForms, []);
}

function requireForms(
  settings: object,
  forms: Readonly<Record<string, Form>>,
  more: readonly string[],
): void {
  const names = [...Object.keys(forms), ...more];
  const problems = Object.entries(settings).flatMap(([name, value]) => {
    if (!names.includes(name)) {
      return [`There is no setting ${JSON.stringify(name)}. ${suggestion(name, names)}`];
    }
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    if (value === undefined || form === undefined || form.is(value)) return [];
    return [`${name} must be ${form.expected}.`];
  });
  if (problems.length === 0) return;
  throw new HostwrightError('SETTINGS_INVALID', { problem: problems.join(' ') });
}

/** By its form: it may come from another copy of this package. Errors: PLAYBOOK_INVALID. */
export function requirePlaybook(playbook: Playbook): void {
  const { inventory, plays } = (playbook ?? {}) as Partial<Playbook>;
  if (inventory?.hosts instanceof Map && Array.isArray(plays)) return;
  const found = (playbook as unknown) instanceof Promise ? 'a promise; await it' : typeof playbook;
  throw new HostwrightError('PLAYBOOK_INVALID', {
    problem: `A playbook is expected, as playbook(…) makes it, found ${found}.`,
  });
}

/** By its form: test environments have classes of their own. */
function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value;
}
