import { refreshes } from '../diff/refreshes.ts';
import type { HostwrightError } from '../model/errors.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import type { ShellDriver } from '../model/resource-type.ts';
import { Sh } from '../model/sh.ts';
import type { Transport } from '../model/transport.ts';
import { clearOwed } from '../shell/owed.ts';
import { problemOf } from './change.ts';
import type { Ledger } from './ledger.ts';
import { type RunLock, runLocked } from './run-lock.ts';

const refreshTimeoutMs = 300_000;

/** Labels of nodes on the same host that a change of these nodes would refresh. */
export function refreshesOwedBy(
  changed: readonly ProgramNode[],
  program: Program,
): readonly string[] {
  const ids = new Set(changed.map(({ id }) => id));
  const hosts = new Set(changed.map(({ host }) => host));
  return program.nodes
    .filter((node) => hosts.has(node.host) && refreshes(node))
    .filter((node) => node.edges.some((edge) => edge.notifies && ids.has(edge.needs)))
    .map(({ label }) => label);
}

/** True when something that notifies this node changed in this run, or an earlier run left it owed. */
export function isRefreshDue(
  node: ProgramNode,
  ledger: Ledger,
  owedBefore: readonly string[],
): boolean {
  if (!refreshes(node)) return false;
  if (owedBefore.includes(node.label)) return true;
  return node.edges.some(
    (edge) => edge.notifies && ledger.results.get(edge.needs)?.result === 'changed',
  );
}

/** Reloads, restarts or runs one node, and clears the debt on the host once that worked. */
export async function refresh(
  node: ProgramNode,
  spec: unknown,
  { transport, lock }: { readonly transport: Transport; readonly lock: RunLock },
  onLine: (line: string) => void,
): Promise<HostwrightError | undefined> {
  const driver = node.declaration.type.driver as ShellDriver<unknown, unknown, unknown>;
  const work = driver.refresh?.([spec]) ?? new Sh('');
  // A plain subshell: `set -e` inside it has no force where its exit code is tested by the same command.
  const text = new Sh(
    `(\n${work.script}\n)\nhw_end=$?\nif [ "$hw_end" = 0 ]; then\n${clearOwed([node.label]).script}\nfi\nexit "$hw_end"`,
  );
  const timeoutMs = driver.timeLimitsMs?.apply ?? refreshTimeoutMs;
  const fragment = { text, commands: driver.commands, timeoutMs };
  const answer = await runLocked(lock, transport, fragment, { onLine });
  return problemOf(answer);
}
