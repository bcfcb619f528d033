import { errorTable } from '../model/error-table.ts';
import { HostwrightError } from '../model/errors.ts';
import { Sh } from '../model/sh.ts';
import { renderCommands, renderPing } from '../report/host-answers.ts';
import { renderInventory } from '../report/inventory-lines.ts';
import { inventoryReport } from '../run/inventory-report.ts';
import type { HostAnswer, HostSettings } from '../run/on-hosts.ts';
import { type Console, renderOptions } from './console.ts';
import { exitTable } from './exit-codes.ts';
import { libraryOf } from './library.ts';
import { loadPlaybook } from './load-playbook.ts';
import { watchSignals } from './signals.ts';
import type { HostRequest } from './verb.ts';

/** `ping`, `run` and `inventory`, as far as the exit code. */
export async function runHostVerb(request: HostRequest, console: Console): Promise<number> {
  const { verb, hosts, options } = request;
  requireCommand(request);
  const playbook = await loadPlaybook(request.playbook);
  const library = await libraryOf(request.playbook);
  const signals = watchSignals(
    () => console.stderr.write('! Interrupted.\n'),
    () => undefined,
  );
  const { json, forks, color } = options;
  const settings: HostSettings = {
    signal: signals.signal,
    ...(hosts.length === 0 ? {} : { hosts }),
    ...(forks === undefined ? {} : { forks }),
  };
  const render = renderOptions(console.stdout, console, { color, verbose: false });
  const show = (report: unknown, text: () => string) =>
    console.stdout.write(json ? `${JSON.stringify(report)}\n` : text());
  try {
    if (verb === 'inventory') {
      const report = inventoryReport(playbook, hosts);
      show(report, () => renderInventory(report.hosts, render));
      return exitTable.ok.code;
    }
    if (verb === 'ping') {
      const report = await library.ping(playbook, settings);
      show(report, () => renderPing(report.hosts, render));
      return exitCodeOfAnswers(report.hosts, false);
    }
    const limit = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
    const command = options.shell ? new Sh(request.command.join(' ')) : request.command;
    const report = await library.runCommand(playbook, command, { ...settings, ...limit });
    show(report, () => renderCommands(report.hosts, render));
    if (!json) console.stderr.write('Not reconciled: no plan knows of what this command did.\n');
    return exitCodeOfAnswers(
      report.hosts,
      report.hosts.some((answer) => answer.error === undefined && answer.exitCode !== 0),
    );
  } finally {
    signals.release();
  }
}

function requireCommand({ verb, hosts, command }: HostRequest): void {
  if (verb !== 'run' || (hosts.length > 0 && command.length > 0)) return;
  throw new HostwrightError('USAGE', {
    problem: '`run` needs hosts and a command.',
    remedy: 'Write `hostwright run site.ts all -- uptime`.',
  });
}

/** A failure weighs more than a host that was not reached. */
function exitCodeOfAnswers(answers: readonly HostAnswer<object>[], hasFailed: boolean): number {
  const codes = answers.flatMap(({ error }) =>
    error === undefined ? [] : errorTable[error.code].exitCode,
  );
  if (hasFailed || codes.some((code) => code !== exitTable.unreachable.code)) {
    return exitTable.failed.code;
  }
  return codes.length > 0 ? exitTable.unreachable.code : exitTable.ok.code;
}
