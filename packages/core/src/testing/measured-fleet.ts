import { setImmediate as turn } from 'node:timers/promises';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Transport } from '../model/transport.ts';
import { apply } from '../run/apply.ts';
import { connectSimulated, type SimulatedHost, simulatedHost } from './simulated-host.ts';
import { Chime, Gadget, Thing } from './thing.ts';

/** What a run over many hosts cost the controller. */
interface FleetCost {
  readonly isConverged: boolean;
  readonly changed: number;
  /** Most memory that the process ever had, in bytes. */
  readonly peakBytes: number;
  /** Longest time in which the event loop got no turn, in milliseconds of processor time: a busy machine adds none. */
  readonly stallMs: number;
  readonly ms: number;
}

/**
 * Applies a playbook to many simulated hosts in one run, with 20 resources on each. Meant for a process of its own.
 */
export async function measureFleet(hostCount: number): Promise<FleetCost> {
  const names = Array.from({ length: hostCount }, (_, number) => `host${number}`);
  const hosts = new Map(names.map((name) => [name, simulatedHost(name)]));
  const began = performance.now();
  const watch = watchStalls();
  const { outcome } = await apply(bookOf(names), { connect: connectTo(hosts), forks: 50 });
  return {
    isConverged: outcome.isConverged,
    changed: outcome.steps.filter(({ result }) => result === 'changed').length,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    stallMs: watch.longestMs(),
    ms: performance.now() - began,
  };
}

function bookOf(names: readonly string[]) {
  const local = { connection: 'local' } as const;
  return playbook({
    inventory: inventory({ hosts: Object.fromEntries(names.map((name) => [name, local])) }),
    plays: [play({ hosts: 'all', resources })],
  });
}

function resources() {
  const chime = Chime({ name: 'bell' });
  const first = Thing({ name: 'first', value: 'one' }, { notify: [chime] });
  const things = Array.from({ length: 9 }, (_, number) =>
    Thing({ name: `t${number}`, value: first.out.value }, { notify: [chime] }),
  );
  const gadgets = Array.from({ length: 9 }, (_, number) =>
    Gadget({ name: `g${number}`, value: 'x', inside: `t${number}` }),
  );
  return [chime, first, things, gadgets];
}

/** Each round trip gives others a turn, as one over a real connection does. */
function connectTo(hosts: ReadonlyMap<string, SimulatedHost>) {
  return async ({ name }: { readonly name: string }): Promise<Transport> => {
    const host = connectSimulated(hosts.get(name) ?? simulatedHost(name));
    const run: Transport['run'] = async (...input) => {
      await turn();
      return host.run(...input);
    };
    return { host: name, roundTrips: 0, run, close: () => host.close() };
  };
}

const tickMs = 5;

function watchStalls(): { readonly longestMs: () => number } {
  let longest = 0;
  let last = process.threadCpuUsage();
  const look = () => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, (now.user + now.system - last.user - last.system) / 1000);
    last = now;
  };
  setInterval(look, tickMs).unref();
  return {
    longestMs: () => {
      look();
      return longest;
    },
  };
}
