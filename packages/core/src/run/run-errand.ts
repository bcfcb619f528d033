import { coerced } from '../compile/validate.ts';
import type { Errand, ErrandFinding } from '../model/errand.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Json } from '../model/json.ts';
import { listed } from '../model/listed.ts';
import type { Playbook } from '../model/playbook.ts';
import type { ProgramNode } from '../model/program.ts';
import { knownPart } from '../model/spec.ts';
import type { Transport } from '../model/transport.ts';
import { answerText } from '../shell/answer-text.ts';
import { runBatch } from '../shell/batch.ts';
import { errandsOf } from './errands.ts';
import type { HostAnswer } from './on-hosts.ts';
import { onNodes } from './on-nodes.ts';
import type { AskSettings } from './options.ts';

/** One declaration of a host, and what its errand found there. */
export interface ErrandResult {
  readonly resource: string;
  /** For people, a line each. */
  readonly lines: readonly string[];
  readonly value: Json;
  /** Whether there is something to do. */
  readonly isDue: boolean;
  /** What doing it printed; left out where nothing was done. */
  readonly output?: string;
}

/** What `hostwright do --json` prints. Fields may be added within a version. */
export interface ErrandReport {
  readonly version: 1;
  readonly errand: string;
  /** Whether it cannot be taken back. */
  readonly isFinal: boolean;
  /** False: there was nothing to do, or the answer was no. */
  readonly isDone: boolean;
  readonly hosts: readonly HostAnswer<{ readonly resources: readonly ErrandResult[] }>[];
}

export interface ErrandSettings extends AskSettings {
  /** Asked once, with what was found on all hosts, before anything is done; a yes when left out. */
  readonly confirm?: (found: ErrandReport) => Promise<boolean>;
}

const timeoutMs = 60_000;

/**
 * Does something to declared resources by name, such as `MailQueue.flush`: looks on every host, asks, and does it.
 *
 * Cost: one connection and two exec round trips per host, and a third where something is done.
 * Errors: everything that is wrong with the playbook, ERRAND_UNKNOWN, ERRAND_INVALID and INTERRUPTED, before
 * anything is done. A host where it failed has an error in `hosts`.
 * @example await runErrand(playbook, 'MailQueue.delete', { sender: 'news@example.org' }, { limit: 'mx1' });
 */
export function runErrand(
  playbook: Playbook,
  name: string,
  given: Readonly<Record<string, unknown>> = {},
  { confirm = async () => true, ...settings }: ErrandSettings = {},
): Promise<ErrandReport> {
  const wanted = {
    has: (node: ProgramNode) => errandOf(node, name) !== undefined,
    whenNone: (nodes: readonly ProgramNode[]) => unknownErrand(name, nodes),
  };
  return onNodes(playbook, settings, wanted, async (ask, nodes) => {
    const errand = nodes.map((node) => errandOf(node, name)).find((own) => own !== undefined);
    const task = errand === undefined ? undefined : taskOf(name, errand, given);
    const found = new Map<string, ErrandFinding>();
    const looked = await ask(async (transport, own, signal) => {
      if (task !== undefined) await look(task, found, { transport, nodes: own, signal });
      return { resources: own.map((node) => shown(node, found.get(node.id))) };
    });
    const isFinal = errand?.isFinal ?? false;
    const report = { version: 1, errand: name, isFinal, isDone: false, hosts: looked } as const;
    const isDue = [...found.values()].some((finding) => finding.act !== undefined);
    if (!isDue || !(await confirm(report))) return Object.freeze(report);
    const hosts = await ask(async (transport, own, signal) => {
      const seen = own.filter(({ id }) => found.has(id));
      return { resources: await act(task?.errand, found, { transport, nodes: seen, signal }) };
    });
    return Object.freeze({ ...report, isDone: true, hosts: hosts.map(orEarlier(looked)) });
  });
}

/** An errand and what it was given, valid. */
interface Task {
  readonly errand: Errand<unknown>;
  readonly given: unknown;
}

/** One host. */
interface Place {
  readonly transport: Transport;
  readonly nodes: readonly ProgramNode[];
  readonly signal: AbortSignal;
}

function errandOf({ declaration }: ProgramNode, name: string): Errand<unknown> | undefined {
  const [kind, own = ''] = name.split('.');
  const { errands } = declaration.type;
  return declaration.kind === kind && Object.hasOwn(errands, own) ? errands[own] : undefined;
}

function taskOf(name: string, errand: Errand<unknown>, given: object): Task {
  const { value, problems } = coerced(errand.schema, given);
  if (problems.length === 0) return { errand, given: value };
  throw new HostwrightError('ERRAND_INVALID', { problem: `${name}: ${problems.join(' ')}` });
}

function unknownErrand(name: string, nodes: readonly ProgramNode[]): HostwrightError {
  const there = errandsOf(nodes).map((own) => `${own.name}  ${own.summary}`);
  const problem = `Nothing has the errand ${JSON.stringify(name)}.`;
  return new HostwrightError('ERRAND_UNKNOWN', { problem, detail: listed(there) });
}

async function look(
  { errand, given }: Task,
  found: Map<string, ErrandFinding>,
  { transport, nodes, signal }: Place,
): Promise<void> {
  const specs = nodes.map((node) => knownPart(node.declaration.spec));
  const { commands } = errand;
  const fragments = specs.map((spec) => ({
    text: errand.look(spec, given),
    commands,
    timeoutMs,
  }));
  const answers = await runBatch(transport, fragments, { signal, isReadOnly: true });
  nodes.forEach(({ id }, index) => {
    const text = answerText(answers[index], 'ERRAND_FAILED');
    found.set(id, errand.find(text, given, specs[index]));
  });
}

async function act(
  errand: Errand<unknown> | undefined,
  found: ReadonlyMap<string, ErrandFinding>,
  { transport, nodes, signal }: Place,
): Promise<readonly ErrandResult[]> {
  const { commands = [], timeoutMs: deedMs = timeoutMs } = errand ?? {};
  const due = nodes.flatMap(({ id }) => {
    const text = found.get(id)?.act;
    return text === undefined ? [] : [{ id, fragment: { text, commands, timeoutMs: deedMs } }];
  });
  const answers = await runBatch(
    transport,
    due.map(({ fragment }) => fragment),
    { signal },
  );
  const outputs = new Map(
    due.map(({ id }, index) => [id, answerText(answers[index], 'ERRAND_FAILED')]),
  );
  return nodes.map((node) => {
    const output = outputs.get(node.id);
    return { ...shown(node, found.get(node.id)), ...(output === undefined ? {} : { output }) };
  });
}

function shown({ label: resource }: ProgramNode, finding: ErrandFinding | undefined): ErrandResult {
  const { lines = [], value = null } = finding ?? {};
  return { resource, lines, value, isDue: finding?.act !== undefined };
}

type Answers = ErrandReport['hosts'];

/** A host that said no the first time was not asked again. */
function orEarlier(looked: Answers): (answer: Answers[number]) => Answers[number] {
  const errors = new Map(
    looked.flatMap((own) => (own.error === undefined ? [] : [[own.host, own]])),
  );
  return (answer) => errors.get(answer.host) ?? answer;
}
