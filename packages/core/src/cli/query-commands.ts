import { HostwrightError } from '../model/errors.ts';
import { renderErrand, renderErrands } from '../report/errand-lines.ts';
import { renderHealth } from '../report/health-lines.ts';
import type { HealthReport } from '../run/health.ts';
import type { AskSettings } from '../run/options.ts';
import type { ErrandReport } from '../run/run-errand.ts';
import { canAsk, confirm } from './confirm.ts';
import { type Console, renderOptions } from './console.ts';
import { exitCodeOfAnswers, exitTable } from './exit-codes.ts';
import { limitParts } from './fleet-options.ts';
import { libraryOf } from './library.ts';
import { loadPlaybook } from './load-playbook.ts';
import { interruptible, printReport } from './one-report.ts';
import type { DoRequest, HealthRequest, QueryOptions } from './verb.ts';

/** `health`, as far as the exit code. */
export async function runHealth(
  { playbook: path, options }: HealthRequest,
  console: Console,
): Promise<number> {
  const playbook = await loadPlaybook(path);
  const library = await libraryOf(path);
  const report = await interruptible(console, (signal) =>
    library.health(playbook, settingsOf(options, signal)),
  );
  printReport(console, options, report, (render) => renderHealth(report.hosts, render));
  return exitCodeOfHealth(report);
}

/** `do`, as far as the exit code. Errors: USAGE where it would have to ask and cannot. */
export async function runDo(request: DoRequest, console: Console): Promise<number> {
  const { playbook: path, errand, given, options } = request;
  const playbook = await loadPlaybook(path);
  const library = await libraryOf(path);
  if (errand === undefined) {
    const offered = await interruptible(console, (signal) =>
      library.errands(playbook, settingsOf(options, signal)),
    );
    printReport(console, options, offered, (render) => renderErrands(offered.errands, render));
    return exitTable.ok.code;
  }
  const render = renderOptions(console.stdout, console, { ...options, verbose: false });
  let isAsked = false;
  const ask = async (found: ErrandReport) => {
    if (!found.isFinal || options.yes) return true;
    requireTerminal(console, options);
    isAsked = true;
    console.stdout.write(renderErrand(found.hosts, render));
    return confirm(`\nDo ${errand}? It cannot be taken back. Only "yes" or "y" is a yes:`, console);
  };
  const report = await interruptible(console, (signal) =>
    library.runErrand(playbook, errand, given, { ...settingsOf(options, signal), confirm: ask }),
  );
  if (isAsked && !report.isDone) return exitTable.changes.code;
  printReport(console, options, report, (own) => renderErrand(report.hosts, own));
  return exitCodeOfAnswers(report.hosts);
}

function requireTerminal(console: Console, { json }: QueryOptions): void {
  if (canAsk(console) && !json) return;
  throw new HostwrightError('USAGE', {
    problem: 'What cannot be taken back is asked about first, and there is no terminal to ask on.',
    remedy: 'Look first, with the list of the same resource; then add --yes.',
  });
}

function settingsOf({ limit, forks }: QueryOptions, signal: AbortSignal): AskSettings {
  return {
    signal,
    ...(limit === undefined ? {} : { limit: limitParts(limit) }),
    ...(forks === undefined ? {} : { forks }),
  };
}

function exitCodeOfHealth({ hosts }: HealthReport): number {
  const checks = hosts.flatMap((own) => (own.error === undefined ? own.checks : []));
  const code = exitCodeOfAnswers([...hosts, ...checks]);
  if (code !== exitTable.ok.code) return code;
  const isBad = checks.some(
    (check) =>
      check.error === undefined && check.indicators.some(({ verdict }) => verdict === 'bad'),
  );
  return isBad ? exitTable.changes.code : exitTable.ok.code;
}
