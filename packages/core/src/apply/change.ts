import { type Assessment, isAsWanted } from '../diff/assess.ts';
import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { ProgramNode } from '../model/program.ts';
import type { Difference, RemoteDriver, ShellDriver, WayBack } from '../model/resource-type.ts';
import { Sh } from '../model/sh.ts';
import type { Answer } from '../shell/frame.ts';
import { recordOwed } from '../shell/owed.ts';
import { lines } from '../shell/sh.ts';
import { type Armed, armWayBack, newArmed, stageWayBack } from '../shell/way-back.ts';
import { type CutOff, runOnce } from './attempt.ts';
import { patiently } from './patience.ts';
import { type ProvableWay, proofSeconds, underGuard } from './prove-way-in.ts';
import { acrossReboot } from './reboot.ts';

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
  readonly way: ProvableWay;
  /** Called with the name of a way back before it is staged on the host. */
  readonly onWayBack: (id: string, nodes: readonly string[]) => void;
  /** Labels of refreshes to record on the host before anything is changed. */
  readonly owes: readonly string[];
  /** Reads nodes again and holds them against what is wanted. */
  readonly reassess: (nodes: readonly ProgramNode[]) => Promise<ReadonlyMap<string, Assessment>>;
  readonly onLine: (line: string) => void;
}

const applyTimeoutMs = 600_000;

/** Changes of one kind: those that shut nobody out, then the others, so that a lock-out has few to blame. */
export function byDanger(changes: readonly Change[]): readonly (readonly Change[])[] {
  const isDangerous = ({ node, difference }: Change) => {
    const { driver } = node.declaration.type;
    return driver.via === 'shell' && driver.wayBack?.([difference.spec]) !== undefined;
  };
  const { true: dangerous = [], false: harmless = [] } = Object.groupBy(changes, (change) =>
    isDangerous(change) ? 'true' : 'false',
  );
  return [harmless, dangerous].filter((part) => part.length > 0);
}

/**
 * Makes all changes of one kind with one command. Where that fails, or where the connection broke before it said what
 * it did, the host is read again, and what still differs is tried one at a time, so that one wrong package name does
 * not take nine right ones with it. What was half done is then finished, and not begun once more.
 */
export async function makeChanges(input: ChangeInput): Promise<Done> {
  const error = await runChanges(input);
  if (error === undefined) return new Map(input.changes.map(({ node }) => [node.id, undefined]));
  const [only] = input.changes;
  const isFinal = !isCut(error) && !isStale(input, error);
  if (only !== undefined && input.changes.length === 1 && isFinal) {
    return new Map([[only.node.id, error]]);
  }
  const nodes = input.changes.map(({ node }) => node);
  // Where the host stays away, why it does is more than that it does.
  const assessments = await input.reassess(nodes).catch((thrown: unknown) => {
    if (error.code !== 'LOCKED_OUT') throw thrown;
  });
  if (assessments === undefined) return new Map(nodes.map(({ id }) => [id, error]));
  const done = new Map<string, HostwrightError | undefined>();
  for (const change of input.changes) {
    const { id } = change.node;
    const found = assessments.get(id);
    const isDone = isAsWanted(found);
    const rest = found?.is === 'differs' ? { ...change, difference: found.difference } : change;
    done.set(id, isDone ? undefined : await changeAlone({ ...input, changes: [rest] }));
  }
  return done;
}

/** How often a change is worked out anew because somebody else was quicker. */
const staleTriesMax = 3;

/** One change. Where its connection breaks too, what the host says then counts; where it came too late, it is made anew. */
async function changeAlone(
  input: ChangeInput,
  triesLeft = staleTriesMax,
): Promise<HostwrightError | undefined> {
  const error = await runChanges(input);
  const [change] = input.changes;
  if (error === undefined || change === undefined) return error;
  if (!isCut(error) && !isStale(input, error)) return error;
  const found = (await input.reassess([change.node])).get(change.node.id);
  if (isAsWanted(found)) return undefined;
  if (isCut(error) || found?.is !== 'differs' || triesLeft === 0) return error;
  const anew = { ...change, difference: found.difference };
  return changeAlone({ ...input, changes: [anew] }, triesLeft - 1);
}

function isCut({ code }: HostwrightError): boolean {
  return code === 'TRANSPORT_CONNECTION_LOST';
}

/** Whether a change was not made because what it was worked out from is no longer so. */
function isStale({ changes }: ChangeInput, { code, detail = '' }: HostwrightError): boolean {
  const driver = changes[0]?.node.declaration.type.driver;
  if (code !== 'APPLY_FAILED' || driver?.via !== 'shell') return false;
  return driver.isStale?.(detail) === true;
}

async function runChanges(input: ChangeInput): Promise<HostwrightError | undefined> {
  const { changes, way, owes, onLine } = input;
  const { kind, type } = changes[0]?.node.declaration ?? {};
  const driver = type?.driver as ShellDriver<unknown, unknown, unknown>;
  const differences = changes.map(({ difference }) => difference);
  const specs = differences.map(({ spec }) => spec);
  const isLong = driver.isLong?.(specs) === true;
  const timeoutMs = driver.timeLimitsMs?.apply ?? applyTimeoutMs;
  const guard = newGuard(driver.wayBack?.(specs), timeoutMs, way);
  if (guard !== undefined)
    input.onWayBack(
      guard.armed.id,
      changes.map(({ node }) => node.id),
    );
  const record = (text: Sh) => (owes.length === 0 ? text : after(recordOwed(owes), text));
  const attempt = {
    text: driver.apply(differences),
    around: (text: Sh) => (guard === undefined ? record(text) : after(guard.before, record(text))),
    commands: driver.commands,
    timeoutMs,
    longKind: isLong ? kind : undefined,
    onLine,
  };
  const once = () => runOnce(way, attempt);
  const waitMs = driver.restartsHost?.(specs);
  return underGuard(way, guard === undefined ? [] : [guard.armed], async () =>
    problemOf(await patiently(driver, () => acrossReboot(way, waitMs, once), onLine)),
  );
}

interface NewGuard {
  readonly armed: Armed;
  /** Stages the way back and arms it. */
  readonly before: Sh;
}

function newGuard(
  wayBack: WayBack | undefined,
  timeoutMs: number,
  way: ProvableWay,
): NewGuard | undefined {
  if (wayBack === undefined) return undefined;
  const armed = newArmed();
  const patience = { changeSeconds: Math.ceil(timeoutMs / 1000), proofSeconds: proofSeconds(way) };
  return { armed, before: lines([stageWayBack(armed.id, wayBack), armWayBack(armed, patience)]) };
}

/** The second text runs only if the first one worked, in a shell that the first one cannot have changed. */
export function after(first: Sh, second: Sh): Sh {
  return new Sh(`(\nset -e\n${first.script}\n)\n[ $? = 0 ] || exit 1\n${second.script}`);
}

/** Why an answer is no success, or undefined. */
export function problemOf(answer: Answer | CutOff): HostwrightError | undefined {
  if (answer.is === 'cut off') return answer.reason;
  if (answer.is === 'ran' && answer.exitCode === 0) return undefined;
  return new HostwrightError('APPLY_FAILED', { problem: describe(answer), ...detailOf(answer) });
}

function describe(answer: Answer): string {
  if (answer.is === 'lost') return 'The host gave no complete answer.';
  if (answer.is === 'missing') return `${answer.commands.join(', ')} is not installed.`;
  if (answer.is === 'timed out') return 'The command reached its time limit and was ended.';
  return `The command failed with exit code ${answer.exitCode}.`;
}

function detailOf(answer: Answer): { detail?: string } {
  if (answer.is === 'lost' || answer.is === 'missing') return {};
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
