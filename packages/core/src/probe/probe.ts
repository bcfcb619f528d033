import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { ProgramNode } from '../model/program.ts';
import { type Reading, unknown, unreadable } from '../model/reading.ts';
import type { AnyResourceType, RemoteDriver, ShellDriver } from '../model/resource-type.ts';
import { knownPart } from '../model/spec.ts';
import type { Transport } from '../model/transport.ts';
import { runBatch } from '../shell/batch.ts';
import type { Answer, Fragment } from '../shell/frame.ts';
import { parseLock } from '../shell/lock.ts';
import { listLeft, parseOwed } from '../shell/owed.ts';
import { parseWaysBack, type WaysBack } from '../shell/way-back.ts';
import { parseWorks } from '../shell/work.ts';

const probeTimeoutMs = 30_000;

type Readings = ReadonlyMap<string, Reading<unknown>>;

/** What a host's probe found: a reading per node, and what an earlier run left. */
export interface HostReadings {
  readonly readings: Readings;
  /** Labels of refreshes that it still owes. */
  readonly owed: readonly string[];
  /** Steps that it started, which run on by themselves or have ended since. */
  readonly works: readonly string[];
  /** Ways back that it staged; the host may be about to go one of them. */
  readonly waysBack: WaysBack;
  /** Another run has the host, or had it and died. */
  readonly isHeld: boolean;
}

/** Reads all nodes of one host that are behind its shell, in one exec round trip. */
export async function probeHost(
  nodes: readonly ProgramNode[],
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<HostReadings> {
  const batches = batchesOf(nodes);
  const fragments = [...batches.map(({ fragment }) => fragment), leftFragment];
  const answers = await runBatch(transport, fragments, { signal, isReadOnly: true });
  const readings = new Map<string, Reading<unknown>>();
  batches.forEach((batch, index) => {
    const found = readAnswer(batch, answers[index]);
    batch.nodes.forEach((node, position) => {
      readings.set(node.id, withPlace(found[position], node));
    });
  });
  const last = answers[batches.length];
  const left = last?.is === 'ran' ? last.stdout.toString() : '';
  return {
    readings,
    owed: parseOwed(left),
    works: parseWorks(left),
    waysBack: parseWaysBack(left),
    isHeld: parseLock(left),
  };
}

const leftFragment: Fragment = { text: listLeft, commands: [], timeoutMs: 5000 };

/** Reads all nodes whose truth is behind an API, kind by kind, side by side. */
export async function probeRemote(
  nodes: readonly ProgramNode[],
  signal: AbortSignal,
): Promise<Readings> {
  const readings = new Map<string, Reading<unknown>>();
  const kinds = groupByType(nodes).map(async ([type, group]) => {
    const driver = type.driver as RemoteDriver<unknown, unknown, unknown>;
    const specs = group.map((node) => knownPart(node.declaration.spec));
    const found = await driver.read(specs, signal).catch((thrown: unknown) => {
      const error = asHostwrightError(thrown);
      return group.map(() => unreadable(error));
    });
    group.forEach((node, index) => {
      readings.set(node.id, withPlace(found[index], node));
    });
  });
  await Promise.all(kinds);
  return readings;
}

interface KindBatch {
  readonly nodes: readonly ProgramNode[];
  readonly driver: ShellDriver<unknown, unknown, unknown>;
  readonly specs: readonly unknown[];
  readonly fragment: Fragment;
}

function batchesOf(nodes: readonly ProgramNode[]): readonly KindBatch[] {
  return groupByType(nodes).map(([type, group]) => {
    const driver = type.driver as ShellDriver<unknown, unknown, unknown>;
    const specs = group.map((node) => knownPart(node.declaration.spec));
    const timeoutMs = driver.timeLimitsMs?.probe ?? probeTimeoutMs;
    return {
      nodes: group,
      driver,
      specs,
      fragment: { text: driver.probe(specs), commands: driver.commands, timeoutMs },
    };
  });
}

function groupByType(
  nodes: readonly ProgramNode[],
): readonly (readonly [AnyResourceType, readonly ProgramNode[]])[] {
  return [...Map.groupBy(nodes, (node) => node.declaration.type)];
}

function readAnswer(
  { nodes, driver, specs }: KindBatch,
  answer: Answer | undefined,
): readonly Reading<unknown>[] {
  const same = (reading: Reading<never>) => nodes.map(() => reading);
  if (answer === undefined || answer.is === 'lost') return same(unreadable(garbled()));
  if (answer.is === 'missing')
    return same(unknown(`${answer.commands.join(', ')} is not installed`));
  const detail = answer.stderr.toString();
  if (answer.is === 'timed out') {
    return same(
      unreadable(
        new HostwrightError('PROBE_TIMEOUT', {
          problem: 'Reading it reached its time limit.',
          detail,
        }),
      ),
    );
  }
  if (answer.exitCode !== 0) {
    const problem = `Reading it failed with exit code ${answer.exitCode}.`;
    return same(unreadable(new HostwrightError('PROBE_FAILED', { problem, detail })));
  }
  try {
    return driver.parse(
      { bytes: answer.stdout, stdout: answer.stdout.toString(), stderr: detail },
      specs,
    );
  } catch (thrown) {
    return same(unreadable(asHostwrightError(thrown)));
  }
}

function withPlace(reading: Reading<unknown> | undefined, node: ProgramNode): Reading<unknown> {
  const found = reading ?? unreadable(garbled());
  if (found.is !== 'unreadable') return found;
  const { host, label: resource, declaration } = node;
  return unreadable(
    found.error.with({ host, resource, source: declaration.source, stage: 'probe' }),
  );
}

function garbled(): HostwrightError {
  return new HostwrightError('PROBE_GARBLED', {
    problem: 'The host gave no complete answer for it.',
  });
}
