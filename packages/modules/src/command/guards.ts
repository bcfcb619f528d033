import {
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unknown,
  unreadable,
} from '@hostwright/core';

/** Seconds that a guard may take before the plan gives up on it. */
const guardSeconds = 20;

/** Exit codes of timeout(1) for a limit that was reached: TERM was enough, KILL was needed. */
const timeoutCodes = ['124', '137'];

/** Whether the guards say that the command has to run. */
export interface ObservedCommand {
  readonly isDue: boolean;
}

/** What says that a command has nothing to do. */
interface GuardKeys {
  readonly creates?: string;
  readonly unless?: string;
  readonly onlyIf?: string;
  readonly cwd?: string;
}

/** Asks every guard on its own: one shell for each `unless` and `onlyIf`, one ls for each `creates`. */
export function probeGuards(specs: readonly GuardKeys[]): Sh {
  const questions = specs.flatMap((spec, index) => [
    ...directoryQuestion(spec, index),
    ...(spec.creates === undefined ? [] : [pathQuestion(spec.creates, index)]),
    ...(spec.unless === undefined ? [] : [guardQuestion('U', spec.unless, spec, index)]),
    ...(spec.onlyIf === undefined ? [] : [guardQuestion('O', spec.onlyIf, spec, index)]),
  ]);
  return lines([...questions, sh`:`]);
}

/** `D0 missing`, `D0 closed`: guards that cannot be asked, since the directory that they run in is not there or not open. */
function directoryQuestion({ cwd, unless, onlyIf }: GuardKeys, index: number): readonly Sh[] {
  if (cwd === undefined || (unless ?? onlyIf) === undefined) return [];
  return [
    sh`if [ ! -d ${cwd} ]; then echo ${`D${index}`} missing
elif ! (cd -- ${cwd}) 2>/dev/null; then echo ${`D${index}`} closed; fi`,
  ];
}

/** `C0 ` and nothing when the path is there, or what ls says when it is not. */
function pathQuestion(path: string, index: number): Sh {
  return sh`printf 'C%s %s\\n' ${index} "$(ls -d -- ${path} 2>&1 >/dev/null)"`;
}

/** `U0 1`: the exit code of the guard. */
function guardQuestion(mark: 'U' | 'O', script: string, { cwd }: GuardKeys, index: number): Sh {
  const change = cwd === undefined ? sh`` : sh`cd -- ${cwd} && `;
  return sh`(${change}exec timeout -k 2 ${guardSeconds} /bin/sh -c ${script}) </dev/null >/dev/null 2>&1
printf '%s%s %s\\n' ${mark} ${index} $?`;
}

/** One reading for each spec. Errors: PROBE_TIMEOUT, PROBE_FAILED. */
export function parseGuards(
  { stdout }: ProbeOutput,
  specs: readonly GuardKeys[],
): readonly Reading<ObservedCommand>[] {
  const answers = new Map(
    stdout.split('\n').map((line) => {
      const [mark = '', ...rest] = line.split(' ');
      return [mark, rest.join(' ')];
    }),
  );
  return specs.map(({ cwd }, index): Reading<ObservedCommand> => {
    const [directory, created, unless, onlyIf] = ['D', 'C', 'U', 'O'].map((mark) =>
      answers.get(`${mark}${index}`),
    );
    if (directory === 'missing') return unknown(`the directory ${cwd} does not exist`);
    if (directory === 'closed') {
      const problem = `Its guards cannot be asked: the directory ${cwd} may not be entered.`;
      return unreadable(new HostwrightError('PROBE_FAILED', { problem }));
    }
    const late = [unless, onlyIf].some((code) => timeoutCodes.includes(code ?? ''));
    if (late) {
      const problem = `A guard of it took longer than ${guardSeconds} seconds.`;
      return unreadable(new HostwrightError('PROBE_TIMEOUT', { problem }));
    }
    if (created !== undefined && created !== '' && !created.endsWith(missing)) {
      const problem = `What it creates cannot be seen: ${created}.`;
      return unreadable(new HostwrightError('PROBE_FAILED', { problem }));
    }
    const isAsked = [created, unless, onlyIf].some((answer) => answer !== undefined);
    return present({
      isDue: isAsked && created !== '' && unless !== '0' && (onlyIf ?? '0') === '0',
    });
  });
}

const missing = 'No such file or directory';
