import { compile } from '../compile/compile.ts';
import { selectHosts } from '../compile/place.ts';
import { specValidator, type ValidateSpec } from '../compile/validate.ts';
import { controller } from '../declare/inventory.ts';
import type { AssessInput } from '../diff/assess.ts';
import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Host } from '../model/host.ts';
import type { Observation } from '../model/observation.ts';
import type { Playbook } from '../model/playbook.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import type { Reading } from '../model/reading.ts';
import { secretsOf, secretsOfHost } from '../model/redact.ts';
import type { Way } from '../model/way.ts';
import { type HostReadings, probeHost, probeRemote } from '../probe/probe.ts';
import { gatherFacts, type Session } from './session.ts';

/** A playbook compiled and its hosts read: everything that a plan needs. */
export interface Observed {
  readonly program: Program;
  readonly observation: Observation;
  readonly problemsOf: AssessInput['problemsOf'];
  /** What the hosts say of the connection itself: a port may be forwarded on the way. */
  readonly seenWays: ReadonlyMap<string, Partial<Way>>;
}

/** Facts, compile, probe: two round trips per host, whatever the number of resources. */
export async function observe(playbook: Playbook, session: Session): Promise<Observed> {
  const { program, facts, validate } = await compileFor(playbook, session);
  const readings = new Map<string, Reading<unknown>>();
  const owed = new Map<string, readonly string[]>();
  await Promise.all(
    program.hosts.map(async (host) => {
      const nodes = program.nodes.filter((node) => node.host === host.name);
      const found = await session.queue.run(() => readHost(session, host.name, nodes));
      for (const [id, reading] of found.readings) readings.set(id, reading);
      owed.set(host.name, found.owed);
    }),
  );
  const observation = { readings, owed, unreachable: new Map(session.unreachable) };
  return {
    program,
    observation,
    problemsOf: (type, spec) => validate(type, spec).map(({ text }) => text),
    seenWays: new Map([...facts].map(([host, { ssh }]) => [host, { ...ssh }])),
  };
}

interface Compiled {
  readonly program: Program;
  readonly facts: ReadonlyMap<string, Facts>;
  readonly validate: ValidateSpec;
}

/** Facts and compile: one round trip per host. */
export async function compileFor(playbook: Playbook, session: Session): Promise<Compiled> {
  const hosts = hostsOf(playbook);
  session.hide(hosts.flatMap(secretsOfHost));
  const facts = await gatherFacts(session, hosts);
  const validate = specValidator();
  const unreachable = [...session.unreachable.keys()];
  const program = compile({ playbook, controller, facts, unreachable, validate });
  session.hide(secretsOf(program.nodes.map(({ declaration }) => declaration)));
  return { program, facts, validate };
}

/** Reads nodes of one host. Where that fails, the host counts as unreachable, and the other hosts go on. */
export async function readHost(
  session: Session,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<HostReadings> {
  try {
    return await readNodes(session, host, nodes);
  } catch (thrown) {
    const error = asHostwrightError(thrown).with({ host });
    if (error.code === 'INTERRUPTED') throw error;
    session.unreachable.set(host, error);
    session.emit({ type: 'host.unreachable', host, error: error.toJSON() });
    return nothing;
  }
}

/** Reads nodes of one host: those behind its shell in one round trip, those behind an API beside it. */
export async function readNodes(
  session: Session,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<HostReadings> {
  const start = performance.now();
  const remote = nodes.filter((node) => node.declaration.type.driver.via === 'remote');
  const behindShell = nodes.filter((node) => node.declaration.type.driver.via === 'shell');
  const [readings, own] = await Promise.all([
    probeRemote(remote, session.signal),
    behindShell.length === 0
      ? nothing
      : probeHost(behindShell, transportOf(session, host), session.signal),
  ]);
  const ms = Math.round(performance.now() - start);
  session.emit({ type: 'host.probed', host, resources: nodes.length, ms });
  return { readings: new Map([...readings, ...own.readings]), owed: own.owed };
}

const nothing: HostReadings = { readings: new Map(), owed: [] };

function transportOf(session: Session, host: string) {
  const transport = session.transports.get(host);
  if (transport !== undefined) return transport;
  throw new HostwrightError('INTERNAL', { problem: 'There is no connection to the host.', host });
}

/** The hosts that any play selects, in the order of the inventory. Errors: PLAY_SELECTS_NOTHING, before any host is connected to. */
export function hostsOf({ inventory, plays }: Playbook): readonly Host[] {
  const selected = new Set(plays.flatMap((play) => selectHosts(inventory, play, controller)));
  return [...inventory.hosts.values(), controller].filter((host) => selected.has(host));
}
