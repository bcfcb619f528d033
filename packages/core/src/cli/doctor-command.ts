import { dirname, resolve } from 'node:path';
import type { DoctorReport, Finding } from '../model/diagnosis.ts';
import { errorTable } from '../model/error-table.ts';
import type { ErrorRecord } from '../model/errors.ts';
import type { Playbook } from '../model/playbook.ts';
import { thisUser } from '../model/this-user.ts';
import { renderFindings } from '../report/finding-lines.ts';
import type { PingReport } from '../run/ping.ts';
import type { Console } from './console.ts';
import { errorRecord } from './error-record.ts';
import { examineMachine } from './examine-machine.ts';
import { exitTable } from './exit-codes.ts';
import { limitParts } from './fleet-options.ts';
import { libraryOf } from './library.ts';
import { loadPlaybook } from './load-playbook.ts';
import { printReport } from './one-report.ts';
import { watchSignals } from './signals.ts';
import { plain, sayStray } from './stray-error.ts';
import type { DoctorRequest } from './verb.ts';

/** `doctor`, as far as the exit code: 1 when a run would fail. */
export async function runDoctor(request: DoctorRequest, console: Console): Promise<number> {
  const { playbook, options } = request;
  const machine = examineMachine({
    node: process.versions.node,
    homeFolder: thisUser().homeFolder,
    folder: playbook === undefined ? process.cwd() : dirname(resolve(playbook)),
    env: console.env,
  });
  const asked = playbook === undefined ? [] : await examinePlaybook(playbook, request, console);
  const findings = [...machine, ...asked];
  const isHealthy = findings.every(({ is }) => is !== 'problem');
  const report: DoctorReport = { version: 1, isHealthy, findings };
  printReport(console, options, report, (render) => renderFindings(findings, render));
  return isHealthy ? exitTable.ok.code : exitTable.failed.code;
}

async function examinePlaybook(
  path: string,
  request: DoctorRequest,
  console: Console,
): Promise<readonly Finding[]> {
  let playbook: Playbook;
  try {
    playbook = await loadPlaybook(path);
  } catch (thrown) {
    return [problemOf(errorRecord(thrown), { about: 'playbook' })];
  }
  const loaded: Finding = { about: 'playbook', is: 'ok', text: `${path} can be loaded.` };
  return [loaded, ...(await examineHosts(playbook, request, console))];
}

async function examineHosts(
  playbook: Playbook,
  { playbook: path = '', hosts, options: { forks } }: DoctorRequest,
  console: Console,
): Promise<readonly Finding[]> {
  const library = await libraryOf(path);
  const signals = watchSignals({
    first: () => undefined,
    second: () => undefined,
    stray: (thrown) => sayStray(console, plain, thrown),
  });
  try {
    const report = await library.ping(playbook, {
      signal: signals.signal,
      ...(hosts.length === 0 ? {} : { hosts: hosts.flatMap(limitParts) }),
      ...(forks === undefined ? {} : { forks }),
    });
    return report.hosts.map(hostFinding);
  } finally {
    signals.release();
  }
}

function hostFinding(answer: PingReport['hosts'][number]): Finding {
  const { host } = answer;
  if (answer.error !== undefined) return problemOf(answer.error, { about: 'host', host });
  const { user, roundTripMs } = answer;
  if (user === 'root') {
    return {
      about: 'host',
      host,
      is: 'ok',
      text: `Works as root; a round trip takes ${roundTripMs} ms.`,
    };
  }
  return {
    about: 'host',
    host,
    is: 'warning',
    text: `Works as ${user}, and most of what a playbook changes belongs to root.`,
    remedy: 'Set `become: true` for the host, where that user may use sudo.',
  };
}

/** The code is said in the text, so that `hostwright docs CODE` can be asked. */
function problemOf(
  { code, problem, remedy }: ErrorRecord,
  where: Pick<Finding, 'about' | 'host'>,
): Finding {
  const advice = remedy ?? errorTable[code].remedy;
  return { ...where, is: 'problem', text: problem, remedy: `${advice} [${code}]` };
}
