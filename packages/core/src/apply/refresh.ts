import { refreshes } from '../diff/refreshes.ts';
import type { HostwrightError } from '../model/errors.ts';
import type { ProgramNode } from '../model/program.ts';
import type { ShellDriver } from '../model/resource-type.ts';
import { Sh } from '../model/sh.ts';
import { clearOwed, recordOwed, whileOwed } from '../shell/owed.ts';
import { lines } from '../shell/sh.ts';
import { armWayBack, newArmed } from '../shell/way-back.ts';
import { runOnce } from './attempt.ts';
import { after, problemOf } from './change.ts';
import type { Ledger } from './ledger.ts';
import type { Links } from './links.ts';
import { type ProvableWay, proofSeconds, underGuard } from './prove-way-in.ts';
import { acrossReboot } from './reboot.ts';

const refreshTimeoutMs = 300_000;

/** Labels of nodes on the same host that a change of these nodes would refresh. */
export function refreshesOwedBy(
  changed: readonly ProgramNode[],
  { refreshed }: Links,
): readonly string[] {
  return [
    ...new Set(changed.flatMap(({ id }) => refreshed.get(id) ?? []).map(({ label }) => label)),
  ];
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

export interface RefreshInput {
  readonly node: ProgramNode;
  readonly spec: unknown;
  readonly way: ProvableWay;
  /** Ways back that are staged on the host for changes which this refresh makes count. */
  readonly waysBack: readonly string[];
  /** Whether the refresh is recorded on the host as owed. */
  readonly isRecorded: boolean;
  /** Labels of refreshes that this one causes, to record on the host before it. */
  readonly owes: readonly string[];
  readonly onLine: (line: string) => void;
}

/**
 * Reloads, restarts or runs one node, and clears the debt on the host once that worked. Where the connection breaks
 * before the result came, the debt says whether it was done.
 */
export async function refresh(input: RefreshInput): Promise<HostwrightError | undefined> {
  const armed = input.waysBack.map((id) => newArmed(id));
  const changeSeconds = Math.ceil(timeoutMsOf(input) / 1000);
  const patience = { changeSeconds, proofSeconds: proofSeconds(input.way) };
  const arming = lines(armed.map((one) => armWayBack(one, patience)));
  const record = recordOwed(input.owes);
  const recorded = (text: Sh) => (input.owes.length === 0 ? text : after(record, text));
  const around = (text: Sh) =>
    armed.length === 0 ? recorded(text) : after(arming, recorded(text));
  return underGuard(input.way, armed, () => refreshOnce(input, around));
}

function timeoutMsOf({ node }: RefreshInput): number {
  const driver = node.declaration.type.driver as ShellDriver<unknown, unknown, unknown>;
  return driver.timeLimitsMs?.apply ?? refreshTimeoutMs;
}

async function refreshOnce(
  input: RefreshInput,
  guarded: (text: Sh) => Sh,
): Promise<HostwrightError | undefined> {
  const { node, spec, way, onLine } = input;
  const driver = node.declaration.type.driver as ShellDriver<unknown, unknown, unknown>;
  const attempt = {
    text: driver.refresh?.([spec]) ?? new Sh(''),
    around: (text: Sh) => guarded(clearing(node.label, text)),
    commands: driver.commands,
    timeoutMs: timeoutMsOf(input),
    longKind: driver.isLong?.([spec]) === true ? node.declaration.kind : undefined,
    onLine,
  };
  const waitMs = driver.restartsHost?.([spec]);
  const answer = await acrossReboot(way, waitMs, () => runOnce(way, attempt));
  if (answer.is !== 'cut off') return problemOf(answer);
  const around = (text: Sh) => {
    const whole = clearing(node.label, text);
    return guarded(input.isRecorded ? whileOwed(node.label, whole) : whole);
  };
  return problemOf(await runOnce(way, { ...attempt, around }));
}

/** A plain subshell: `set -e` inside it has no force where its exit code is tested by the same command. */
function clearing(label: string, text: Sh): Sh {
  return new Sh(
    `(\n${text.script}\n)\nhw_end=$?\nif [ "$hw_end" = 0 ]; then\n${clearOwed([label]).script}\nfi\nexit "$hw_end"`,
  );
}
