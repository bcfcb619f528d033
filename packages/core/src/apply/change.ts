import type { Assessment } from '../diff/assess.ts';
import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { ProgramNode } from '../model/program.ts';
import type { Difference, RemoteDriver, ShellDriver } from '../model/resource-type.ts';
import { Sh } from '../model/sh.ts';
import type { Transport } from '../model/transport.ts';
import type { Answer } from '../shell/frame.ts';
import { recordOwed } from '../shell/owed.ts';
import { type RunLock, runLocked } from './run-lock.ts';

/** One node that differs, with what is between. */
export interface Change {
  readonly node: ProgramNode;
  readonly difference: Difference<unknown, unknown>;
}

/** What became of one change: done, or why not. */
export type Done = ReadonlyMap<string, HostwrightError | undefined>;

export interface ChangeInput {
  /** All of one kind and one host, independent of each other. */
  readonly changes: readonly Change[];
  readonly transport: Transport;
  readonly lock: RunLock;
  /** Labels of refreshes to record on the host before anything is changed. */
  readonly owes: readonly string[];
  /** Reads nodes again and holds them against what is wanted. */
  readonly reassess: (nodes: readonly ProgramNode[]) => Promise<ReadonlyMap<string, Assessment>>;
  readonly onLine: (line: string) => void;
}

const applyTimeoutMs = 600_000;

/**
 * Makes all changes of one kind with one command. Where that fails, the host is read again, and what still differs is
 * tried one at a time, so that one wrong package name does not take nine right ones with it.
 */
export async function makeChanges(input: ChangeInput): Promise<Done> {
  const error = await runChanges(input);
  if (error === undefined) return new Map(input.changes.map(({ node }) => [node.id, undefined]));
  const [only] = input.changes;
  if (only !== undefined && input.changes.length === 1) return new Map([[only.node.id, error]]);
  const assessments = await input.reassess(input.changes.map(({ node }) => node));
  const done = new Map<string, HostwrightError | undefined>();
  for (const change of input.changes) {
    const { id } = change.node;
    const single = { ...input, changes: [change] };
    done.set(id, assessments.get(id)?.is === 'converged' ? undefined : await runChanges(single));
  }
  return done;
}

async function runChanges({
  changes,
  transport,
  lock,
  owes,
  onLine,
}: ChangeInput): Promise<HostwrightError | undefined> {
  const driver = changes[0]?.node.declaration.type.driver as ShellDriver<unknown, unknown, unknown>;
  const apply = driver.apply(changes.map(({ difference }) => difference));
  const fragment = {
    text: owes.length === 0 ? apply : after(recordOwed(owes), apply),
    commands: driver.commands,
    timeoutMs: driver.timeLimitsMs?.apply ?? applyTimeoutMs,
  };
  const answer = await runLocked(lock, transport, fragment, { onLine });
  return problemOf(answer);
}

/** The second text runs only if the first one worked, in a shell that the first one cannot have changed. */
function after(first: Sh, second: Sh): Sh {
  return new Sh(`(\nset -e\n${first.script}\n)\n[ $? = 0 ] || exit 1\n${second.script}`);
}

/** Why an answer is no success, or undefined. */
export function problemOf(answer: Answer | undefined): HostwrightError | undefined {
  if (answer?.is === 'ran' && answer.exitCode === 0) return undefined;
  return new HostwrightError('APPLY_FAILED', { problem: describe(answer), ...detailOf(answer) });
}

function describe(answer: Answer | undefined): string {
  if (answer === undefined || answer.is === 'lost') return 'The host gave no complete answer.';
  if (answer.is === 'missing') return `${answer.commands.join(', ')} is not installed.`;
  if (answer.is === 'timed out') return 'The command reached its time limit and was ended.';
  return `The command failed with exit code ${answer.exitCode}.`;
}

function detailOf(answer: Answer | undefined): { detail?: string } {
  if (answer === undefined || answer.is === 'lost' || answer.is === 'missing') return {};
  const errors = answer.stderr.toString().trim();
  return { detail: errors === '' ? answer.stdout.toString() : errors };
}

/** The same for a type behind an API. */
export async function writeRemote(changes: readonly Change[], signal: AbortSignal): Promise<Done> {
  const driver = changes[0]?.node.declaration.type.driver as RemoteDriver<
    unknown,
    unknown,
    unknown
  >;
  const differences = changes.map(({ difference }) => difference);
  try {
    const errors = await driver.write(differences, signal);
    return new Map(changes.map(({ node }, index) => [node.id, asError(errors[index])]));
  } catch (thrown) {
    return new Map(changes.map(({ node }) => [node.id, asHostwrightError(thrown)]));
  }
}

function asError(error: Error | undefined): HostwrightError | undefined {
  return error === undefined ? undefined : asHostwrightError(error);
}
