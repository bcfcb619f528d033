import { asHostwrightError } from '../model/errors.ts';
import type { ProgramNode } from '../model/program.ts';
import { clearOwed } from '../shell/owed.ts';
import { lines } from '../shell/sh.ts';
import { forgetWaysBack } from '../shell/way-back.ts';
import type { ApplyRun } from './apply-run.ts';
import { runLayer } from './layer.ts';
import { runLocked } from './run-lock.ts';
import { takeTurn } from './take-turn.ts';

/** Runs a task when a place is free: the scheduler's bound on hosts at work at once. */
export type Gate = (task: () => Promise<void>) => Promise<void>;

/**
 * Performs a plan on some of its hosts: every host goes through its layers in order, hosts side by side. A layer that needs a node of
 * another host waits for that one layer only, and holds no place in the queue while it waits.
 */
export async function applyProgram(
  run: ApplyRun,
  hosts: ReadonlySet<string>,
  gate: Gate,
): Promise<void> {
  const isOwn = ({ host, hold }: ProgramNode) => hold === undefined && hosts.has(host);
  const layers = layersByHost(run.program.nodes.filter(isOwn));
  const done = new Map<string, Promise<void>>();
  const layerOf = new Map(run.program.nodes.map((node) => [node.id, key(node.host, node.layer)]));
  const finish = new Map<string, () => void>();
  for (const [host, byLayer] of layers) {
    for (const layer of byLayer.keys()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      done.set(key(host, layer), promise);
      finish.set(key(host, layer), resolve);
    }
  }
  const runHost = async (host: string, byLayer: ReadonlyMap<number, readonly ProgramNode[]>) => {
    await gate(() => takeTurn(run, host, [...byLayer.values()].flat()));
    for (const [layer, nodes] of byLayer) {
      await Promise.all(foreignNeeds(nodes).map((id) => done.get(layerOf.get(id) ?? '')));
      await gate(() => runLayer(run, host, nodes));
      finish.get(key(host, layer))?.();
    }
    await gate(() => clearPaid(run, host)).catch((thrown: unknown) => {
      run.ledger.lost.set(host, asHostwrightError(thrown));
    });
    warnOwed(run, host);
  };
  await Promise.all([...layers].map(([host, byLayer]) => runHost(host, byLayer)));
}

function layersByHost(
  nodes: readonly ProgramNode[],
): ReadonlyMap<string, ReadonlyMap<number, readonly ProgramNode[]>> {
  const hosts = [...Map.groupBy(nodes, (node) => node.host)];
  return new Map(hosts.map(([host, own]) => [host, Map.groupBy(own, (node) => node.layer)]));
}

function key(host: string, layer: number): string {
  return `${host} ${layer}`;
}

function foreignNeeds(nodes: readonly ProgramNode[]): readonly string[] {
  return nodes.flatMap((node) =>
    node.edges.map((edge) => edge.needs).filter((id) => !id.startsWith(`${node.host}/`)),
  );
}

/** Clears records of refreshes that were done or turned out not to be due, and ways back. */
async function clearPaid(run: ApplyRun, host: string): Promise<void> {
  const recorded = new Set([
    ...(run.ledger.owed.get(host) ?? []),
    ...(run.owedBefore.get(host) ?? []),
  ]);
  const paid = [...recorded].filter((label) => !isStillOwed(run, host, label));
  const transport = run.transportOf(host);
  const waysBack = (run.ledger.waysBack.get(host) ?? []).map(({ id }) => id);
  // Taking the lock is enough to clear away that of a dead run.
  const isLockLeft = run.heldBefore.has(host) && !run.lock.touched.has(host);
  if (paid.length + waysBack.length === 0 && !isLockLeft) return;
  if (transport === undefined || run.ledger.lost.has(host)) return;
  const text = lines([clearOwed(paid), forgetWaysBack(waysBack)]);
  await runLocked(run.lock, transport, { text, commands: [], timeoutMs: 10_000 }).catch(
    (thrown: unknown) => {
      // A run that lives keeps its lock, and clears away what is its own.
      if (!isLockLeft || asHostwrightError(thrown).code !== 'LOCK_HELD') throw thrown;
    },
  );
}

/** Whether a recorded refresh is left to the next run: it failed, was not come to, or is not selected. */
function isStillOwed(run: ApplyRun, host: string, label: string): boolean {
  const id = `${host}/${label}`;
  const node = run.program.byId.get(id);
  // Nobody declares it any more.
  if (node === undefined) return false;
  if (node.hold !== undefined) return true;
  const result = run.ledger.results.get(id)?.result;
  if (result === 'ok' || result === 'changed') return false;
  return run.owedBefore.get(host)?.includes(label) === true || mayBeDueByChange(run, id);
}

/** Says which refreshes are left to a run that selects them. */
function warnOwed(run: ApplyRun, host: string): void {
  const labels = [...(run.ledger.owed.get(host) ?? [])].filter((label) => {
    const id = `${host}/${label}`;
    return run.program.byId.get(id)?.hold !== undefined && mayBeDueByChange(run, id);
  });
  if (labels.length === 0) return;
  const text = `${labels.join(', ')} must be refreshed, but the tags do not select it. The next run that selects it does that.`;
  run.emit({ type: 'warning', host, text });
}

/** A notifier that failed may have done a part of its work, or all of it. */
function mayBeDueByChange(run: ApplyRun, id: string): boolean {
  const edges = run.program.byId.get(id)?.edges ?? [];
  return edges.some(({ notifies, needs }) => {
    const result = run.ledger.results.get(needs)?.result;
    return notifies && (result === 'changed' || result === 'failed');
  });
}
