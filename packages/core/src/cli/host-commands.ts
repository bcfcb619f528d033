import { HostwrightError } from '../model/errors.ts';
import type { Playbook } from '../model/playbook.ts';
import { Sh } from '../model/sh.ts';
import { renderCommands, renderPing } from '../report/host-answers.ts';
import { renderInventory } from '../report/inventory-lines.ts';
import { inventoryReport } from '../run/inventory-report.ts';
import type { HostSettings } from '../run/on-hosts.ts';
import type { Console } from './console.ts';
import { exitCodeOfAnswers, exitTable } from './exit-codes.ts';
import { limitParts } from './fleet-options.ts';
import { type Library, libraryOf } from './library.ts';
import { loadPlaybook } from './load-playbook.ts';
import { interruptible, printReport } from './one-report.ts';
import type { HostRequest } from './verb.ts';

/** `ping`, `run` and `inventory`, as far as the exit code. */
export async function runHostVerb(request: HostRequest, console: Console): Promise<number> {
  requireCommand(request);
  const playbook = await loadPlaybook(request.playbook);
  const library = await libraryOf(request.playbook);
  return interruptible(console, (signal) =>
    answer(request, { console, playbook, library, signal }),
  );
}

interface Place {
  readonly console: Console;
  readonly playbook: Playbook;
  readonly library: Library;
  readonly signal: AbortSignal;
}

async function answer(
  { verb, hosts, command: words, options }: HostRequest,
  { console, playbook, library, signal }: Place,
): Promise<number> {
  const { json, forks, shell, timeout } = options;
  const names = hosts.flatMap(limitParts);
  const settings: HostSettings = {
    signal,
    ...(hosts.length === 0 ? {} : { hosts: names }),
    ...(forks === undefined ? {} : { forks }),
  };
  if (verb === 'inventory') {
    const report = inventoryReport(playbook, names);
    printReport(console, options, report, (render) => renderInventory(report.hosts, render));
    return exitTable.ok.code;
  }
  if (verb === 'ping') {
    const report = await library.ping(playbook, settings);
    printReport(console, options, report, (render) => renderPing(report.hosts, render));
    return exitCodeOfAnswers(report.hosts);
  }
  const limit = timeout === undefined ? {} : { timeoutMs: timeout * 1000 };
  const command = shell ? new Sh(words.join(' ')) : words;
  const report = await library.runCommand(playbook, command, { ...settings, ...limit });
  printReport(console, options, report, (render) => renderCommands(report.hosts, render));
  if (!json) console.stderr.write('Not reconciled: no plan knows of what this command did.\n');
  const hasFailed = report.hosts.some((own) => own.error === undefined && own.exitCode !== 0);
  return hasFailed ? exitTable.failed.code : exitCodeOfAnswers(report.hosts);
}

function requireCommand({ verb, hosts, command }: HostRequest): void {
  const isSaid = command.join('').trim() !== '';
  if (verb !== 'run' || (hosts.length > 0 && isSaid)) return;
  throw new HostwrightError('USAGE', {
    problem: '`run` needs hosts and a command.',
    remedy: 'Write `hostwright run site.ts all -- uptime`.',
  });
}
