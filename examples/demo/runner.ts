import {
  apply,
  type HostSummary,
  type Playbook,
  plan,
  type RunSettings,
  renderPlan,
  renderSummary,
  terminalReporter,
} from '@hostwright/core';
import type { Stage } from './stage.ts';

/** Runs one playbook again and again, shows what happens, and keeps count. */
export interface Runner {
  plan(name: string): Promise<void>;
  /** True when it converged. */
  apply(name: string): Promise<boolean>;
  /** True when nothing would change; what would is shown. */
  planIsEmpty(name: string, expectation?: { readonly isDriftExpected: boolean }): Promise<boolean>;
  /** Writes a row for each run so far. */
  tell(): void;
}

interface Run {
  readonly name: string;
  readonly resources: number;
  readonly changes: number;
  readonly roundTrips: number;
  readonly seconds: number;
}

export interface RunnerOptions extends Pick<RunSettings, 'connect'> {
  readonly stage: Stage;
  readonly signal: AbortSignal;
}

export function startRunner(
  playbook: Playbook,
  { stage, signal, ...settings }: RunnerOptions,
): Runner {
  const runs: Run[] = [];
  const isColor = process.stdout.isTTY === true && process.stdout.hasColors();
  const width = process.stdout.columns ?? 100;
  const note = (name: string, changes: number, { hosts, resources, ms }: Measured) => {
    const roundTrips = hosts.reduce((sum, host) => sum + host.roundTrips, 0);
    runs.push({ name, resources, changes, roundTrips, seconds: ms / 1000 });
  };
  const planned = async (name: string) => {
    const report = await plan(playbook, { ...settings, signal });
    const { steps, unreachable } = report.plan;
    const changing = steps.filter(({ verdict }) => verdict.is !== 'unchanged');
    note(name, changing.length, { hosts: report.hosts, resources: steps.length, ms: report.ms });
    process.stdout.write(renderPlan(report.plan, { isColor, width }));
    return changing.length === 0 && unreachable.length === 0;
  };
  return {
    plan: async (name) => void (await planned(name)),
    planIsEmpty: async (name, { isDriftExpected } = { isDriftExpected: false }) => {
      const isEmpty = await planned(name);
      if (isEmpty && isDriftExpected) stage.bad('the drift is found', 'the plan is empty');
      if (!isEmpty && !isDriftExpected) stage.bad('the plan is empty', 'it is not');
      return isEmpty;
    },
    apply: async (name) => {
      const reporter = terminalReporter({ stream: process.stderr });
      try {
        const { outcome } = await apply(playbook, {
          ...settings,
          signal,
          onEvent: reporter.onEvent,
        });
        const changed = outcome.steps.filter(({ result }) => result === 'changed').length;
        note(name, changed, {
          hosts: outcome.hosts,
          resources: outcome.steps.length,
          ms: outcome.ms,
        });
        reporter.aside(() => process.stdout.write(renderSummary(outcome, { isColor, width })));
        return outcome.isConverged;
      } finally {
        reporter.close();
      }
    },
    tell: () => {
      for (const row of table(runs)) stage.say(row);
    },
  };
}

interface Measured {
  readonly hosts: readonly HostSummary[];
  readonly resources: number;
  readonly ms: number;
}

function table(runs: readonly Run[]): readonly string[] {
  const nameWidth = Math.max(...runs.map(({ name }) => name.length));
  const head = `${''.padEnd(nameWidth)}  resources  changes  round trips  seconds`;
  const rows = runs.map(({ name, resources, changes, roundTrips, seconds }) =>
    [
      name.padEnd(nameWidth),
      String(resources).padStart(9),
      String(changes).padStart(7),
      String(roundTrips).padStart(11),
      seconds.toFixed(1).padStart(7),
    ].join('  '),
  );
  return [head, ...rows];
}
