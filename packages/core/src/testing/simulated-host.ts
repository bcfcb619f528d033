import { HostwrightError } from '../model/errors.ts';
import type { Output, RunOptions, Transport } from '../model/transport.ts';
import { fragmentsIn } from './script-fragments.ts';

/** What goes wrong at one action. The first two are the connection's; the script ends there, or goes on without us. */
export type SimulatedFault =
  | 'drop'
  | 'drop, script goes on'
  | 'hang'
  | 'locked'
  | 'disk full'
  | 'lie';

/** A host that is nothing but values. It outlives its connections and runs, as a disk does. */
export interface SimulatedHost {
  readonly name: string;
  readonly things: Map<string, string>;
  /** Names of owed refreshes, in hex. */
  readonly owed: Set<string>;
  /** Faults by the number of the action on this host, from 0; each happens once. */
  readonly faults: Map<number, SimulatedFault>;
  /** Things that can never be set, each with the reason. */
  readonly stuck: Map<string, 'locked' | 'disk full'>;
  /** Scripts at work, each with what it must have for itself. */
  readonly atWork: Set<readonly string[]>;
  /** Uses that met although they must not. */
  readonly clashes: string[];
  /** The most scripts that were at work at once. */
  atWorkMax: number;
  /** Called when an action is done, with its words: `set a 1`, `ring b`. */
  onAction: (action: string) => void;
  actions: number;
}

export function simulatedHost(
  name: string,
  things: Iterable<[string, string]> = [],
): SimulatedHost {
  return {
    name,
    things: new Map(things),
    owed: new Set(),
    faults: new Map(),
    stuck: new Map(),
    atWork: new Set(),
    clashes: [],
    atWorkMax: 0,
    onAction: () => undefined,
    actions: 0,
  };
}

/**
 * A connection to a simulated host. It understands the frame of a batch, the owed refreshes, the facts and the lines
 * of `Thing` and `Chime`, and nothing else: whole runs take a millisecond, and each fault happens exactly where it is
 * wanted.
 */
export function connectSimulated(host: SimulatedHost): Transport {
  let isLost = false;
  let roundTrips = 0;
  return {
    host: host.name,
    get roundTrips() {
      return roundTrips;
    },
    async run(script: string, options: RunOptions): Promise<Output> {
      roundTrips += 1;
      if (isLost) throw lost();
      const end = begin(host, script);
      // Others get a turn while the script is on its way.
      await Promise.resolve();
      const { marker, fragments } = fragmentsIn(script);
      const stdout: string[] = [];
      const stderr: string[] = [];
      fragments.forEach((body, index) => {
        const ran = interpret(host, body);
        isLost ||= ran.isLost;
        stdout.push(`${marker}<${index}\n${ran.stdout}${marker}>${index} ${ran.exitCode}\n`);
        stderr.push(`${marker}<${index}\n${ran.stderr}${marker}>${index}\n`);
      });
      await Promise.resolve();
      end();
      if (isLost) throw lost();
      const bytes = Buffer.from(stdout.join(''));
      options.onOutput?.(bytes);
      return { stdout: bytes, stderr: Buffer.from(stderr.join('')), exitCode: 0 };
    },
    async close() {
      isLost = true;
    },
  };
}

/** Notes which scripts meet. What reads only may meet everything. */
function begin(host: SimulatedHost, script: string): () => void {
  const own = /^simulated use (\S+)$/m.exec(script)?.[1]?.split('+') ?? [];
  for (const other of host.atWork) {
    const isAlone = own.includes('all') || other.includes('all');
    if (isAlone || own.some((name) => other.includes(name))) {
      host.clashes.push(`${own.join('+')} beside ${other.join('+')}`);
    }
  }
  if (own.length > 0) host.atWork.add(own);
  host.atWorkMax = Math.max(host.atWorkMax, host.atWork.size);
  return () => host.atWork.delete(own);
}

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly isLost: boolean;
}

function interpret(host: SimulatedHost, body: string): Ran {
  if (body.includes('say os.id')) return { stdout: facts, stderr: '', exitCode: 0, isLost: false };
  let stdout = '';
  let isLost = false;
  // The braces around a fragment stand on the line of its first command.
  for (const line of body.replace(/^\{ /, '').split('\n')) {
    const owed = /^if \[ -e "\$hw_state\/owed\/([0-9a-f]+)" \]; then$/.exec(line)?.[1];
    if (owed !== undefined && !host.owed.has(owed)) break;
    const done = answerTo(host, line);
    stdout += done.stdout ?? '';
    isLost ||= done.fault === 'drop' || done.fault === 'drop, script goes on';
    if (done.fault === 'drop') return { stdout, stderr: '', exitCode: 1, isLost };
    const failure = failures[done.fault ?? ''];
    if (failure !== undefined) return { stdout, isLost, ...failure };
  }
  return { stdout, stderr: '', exitCode: 0, isLost };
}

/** How a fault ends a script. A lie ends none: the script goes on as if it had worked. */
const failures: Readonly<Record<string, Pick<Ran, 'stderr' | 'exitCode'>>> = {
  hang: { stderr: '', exitCode: 124 },
  locked: { stderr: 'E: Could not get lock\n', exitCode: 100 },
  'disk full': { stderr: 'No space left on device\n', exitCode: 1 },
};

interface LineAnswer {
  readonly stdout?: string;
  readonly fault?: SimulatedFault | undefined;
}

function answerTo(host: SimulatedHost, line: string): LineAnswer {
  if (!line.includes('owed') && !line.startsWith('simulated')) return {};
  const record = /^: >"\$hw_state\/owed\/([0-9a-f]+)"$/.exec(line)?.[1];
  if (record !== undefined) host.owed.add(record);
  const clear = /^rm -f "\$hw_state\/owed\/([0-9a-f]+)"$/.exec(line)?.[1];
  if (clear !== undefined) host.owed.delete(clear);
  if (line.startsWith('for f in "$hw_state"/owed/*')) {
    return { stdout: [...host.owed].map((name) => `${name}\n`).join('') };
  }
  const [word, verb, name = '', value = ''] = line.split(' ');
  if (word !== 'simulated' || verb === 'use') return {};
  if (verb === 'read') return { stdout: `${readThing(host, name, value)}\n` };
  return act(host, verb === 'set' ? `set ${name} ${value}` : `ring ${name}`);
}

function readThing({ things }: SimulatedHost, name: string, inside: string): string {
  if (inside !== '-' && !things.has(inside)) return 'unknown';
  const value = things.get(name);
  return value === undefined ? 'absent' : `present ${value}`;
}

function act(host: SimulatedHost, action: string): LineAnswer {
  const [verb, name = '', value = ''] = action.split(' ');
  const fault = host.stuck.get(name) ?? host.faults.get(host.actions);
  host.faults.delete(host.actions);
  host.actions += 1;
  // A connection breaks before or after the action, each about as often.
  const isDone = fault === undefined || (fault.startsWith('drop') && host.actions % 2 === 0);
  // Nobody can look whether something was rung.
  const isBelieved = verb === 'ring' && fault === 'lie';
  if (!isDone && fault !== 'drop, script goes on' && !isBelieved) return { fault };
  host.onAction(action);
  if (verb === 'set') host.things.set(name, value);
  return { fault };
}

const facts = `os.id=debian
os.version=13
os.codename=trixie
hostname=simulated
kernel=6.12
arch=x86_64
cpus.online=0-1
init=systemd
boot=simulated
memory.kib=1048576
@fqdn
simulated.example.com
@id
uid=0(root) gid=0(root)
`;

function lost(): HostwrightError {
  return new HostwrightError('TRANSPORT_CONNECTION_LOST', { problem: 'It broke.' });
}
