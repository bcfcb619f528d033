import { type ErrorRecord, HostwrightError } from '../model/errors.ts';
import { Sh } from '../model/sh.ts';
import { renderCommands, renderPing } from '../report/host-answers.ts';
import { renderInventory } from '../report/inventory-lines.ts';
import { inventoryReport } from '../run/inventory-report.ts';
import type { HostAnswer, HostSettings } from '../run/on-hosts.ts';
import { type Console, renderOptions } from './console.ts';
import { exitCodeOfErrors, exitTable } from './exit-codes.ts';
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
      return exitCodeOfErrors(errorsIn(report.hosts));
    }
    const limit = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
    const command = options.shell ? new Sh(request.command.join(' ')) : request.command;
    const report = await library.runCommand(playbook, command, { ...settings, ...limit });
    show(report, () => renderCommands(report.hosts, render));
    if (!json) console.stderr.write('Not reconciled: no plan knows of what this command did.\n');
    const hasFailed = report.hosts.some(
      (answer) => answer.error === undefined && answer.exitCode !== 0,
    );
    return hasFailed ? exitTable.failed.code : exitCodeOfErrors(errorsIn(report.hosts));
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

function errorsIn(answers: readonly HostAnswer<object>[]): readonly ErrorRecord[] {
  return answers.flatMap(({ error }) => (error === undefined ? [] : [error]));
}
