import { compiling } from '../compile/compile.ts';
import { limitOf } from '../compile/limit.ts';
import { reachOf } from '../compile/outside.ts';
import { placing, selectHosts } from '../compile/place.ts';
import { specValidator, type ValidateSpec } from '../compile/validate.ts';
import { controller } from '../declare/inventory.ts';
import type { AssessInput } from '../diff/assess.ts';
import { asHostwrightError, HostwrightError, inStage, inStageAsync } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Host } from '../model/host.ts';
import type { Observation } from '../model/observation.ts';
import type { Playbook } from '../model/playbook.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import { present, type Reading } from '../model/reading.ts';
import { secretsIn, secretsOf, secretsOfHost } from '../model/redact.ts';
import { everything, type Selection } from '../model/selection.ts';
import type { Way } from '../model/way.ts';
import { type HostReadings, probeHost, probeRemote } from '../probe/probe.ts';
import { allEnded } from './all-ended.ts';
import type { Earlier } from './earlier-runs.ts';
import { inTurns } from './in-turns.ts';
import type { RunSettings } from './options.ts';
import { requirePlaybook } from './require-settings.ts';
import { gatherFacts, type Session, transportOf } from './session.ts';

/** A playbook compiled and its hosts read: everything that a plan needs. */
export interface Observed {
  readonly program: Program;
  readonly observation: Observation;
  /** All hosts that were connected to: those of the run, then those outside its limit that are only read. */
  readonly hosts: readonly Host[];
  readonly problemsOf: AssessInput['problemsOf'];
  /** What the connections led to, and what the hosts say of them. */
  readonly seenWays: ReadonlyMap<string, Partial<Way>>;
}

/** Facts, compile, probe: two round trips per host, whatever the number of resources. */
export async function observe(scope: Scope, session: Session, earlier: Earlier): Promise<Observed> {
  const { program, facts, hosts, validate } = await compileFor(scope, session);
  const readings = new Map<string, Reading<unknown>>();
  const owed = new Map<string, readonly string[]>();
  const waysBack = new Map<string, readonly string[]>();
  const held = new Set<string>();
  const toRead = Map.groupBy(
    program.nodes.filter(({ hold }) => hold?.isRead ?? true),
    ({ host }) => host,
  );
  await allEnded(
    [...toRead].map(async ([host, nodes]) => {
      const found = await session.queue.run(() => readHost(session, host, nodes, earlier));
      for (const [id, reading] of found.readings) readings.set(id, reading);
      owed.set(host, found.owed);
      waysBack.set(host, found.waysBack.ids);
      if (found.isHeld) held.add(host);
    }),
  );
  const observation = { readings, owed, waysBack, held, unreachable: new Map(session.unreachable) };
  return {
    program,
    observation,
    hosts,
    problemsOf: (type, spec) => {
      // Outputs are filled in here, so this is the first sight of a secret among them.
      session.hide(secretsIn(spec));
      return validate(type, spec).map(({ text }) => text);
    },
    // What the host sees counts most: a port may be forwarded on the way.
    seenWays: new Map(
      [...facts].map(([host, { ssh }]) => [
        host,
        { ...session.transports.get(host)?.login, ...ssh },
      ]),
    ),
  };
}

interface Compiled {
  readonly program: Program;
  readonly facts: ReadonlyMap<string, Facts>;
  readonly hosts: readonly Host[];
  readonly validate: ValidateSpec;
}

/** Facts and compile: one round trip per host. */
export async function compileFor(scope: Scope, session: Session): Promise<Compiled> {
  const { playbook, selection } = scope;
  const { facts, hosts } = await factsWithin(scope, session);
  const validate = specValidator();
  const unreachable = [...session.unreachable.keys()];
  const input = { playbook, controller, facts, unreachable, validate, selection };
  const program = await inStageAsync('compile', () => inTurns(compiling(input)));
  session.hide(secretsOf(program.nodes.map(({ declaration }) => declaration)));
  return { program, facts, hosts, validate };
}

/** What a run is about. */
export interface Scope {
  readonly playbook: Playbook;
  readonly selection: Selection;
  /** The hosts that the run may change, in the order of the inventory. */
  readonly hosts: readonly Host[];
}

/** Errors: PLAY_SELECTS_NOTHING and LIMIT_INVALID, before any host is connected to. */
export function scopeOf(playbook: Playbook, settings: RunSettings): Scope {
  requirePlaybook(playbook);
  return inStage('select', () => selectScope(playbook, settings));
}

function selectScope(playbook: Playbook, settings: RunSettings): Scope {
  const { inventory, plays } = playbook;
  const selected = new Set(plays.flatMap((play) => selectHosts(inventory, play, controller)));
  const all = [...inventory.hosts.values(), controller].filter((host) => selected.has(host));
  const limit = limitOf(inventory, controller, settings.limit);
  const hosts = all.filter(({ name }) => limit?.has(name) ?? true);
  if (limit !== undefined && hosts.length === 0) {
    throw new HostwrightError('LIMIT_INVALID', {
      problem: `No play is for ${[...limit].join(', ')}.`,
    });
  }
  const { tags, skipTags = [] } = settings;
  return { playbook, hosts, selection: { ...everything, limit, tags, skipTags } };
}

/** Facts of the hosts of a run, and of those outside its limit that make something that it needs. */
async function factsWithin(
  { playbook, hosts, selection }: Scope,
  session: Session,
): Promise<{ readonly facts: ReadonlyMap<string, Facts>; readonly hosts: readonly Host[] }> {
  session.hide(hosts.flatMap(secretsOfHost));
  const facts = new Map(await gatherFacts(session, hosts));
  if (selection.limit === undefined) return { facts, hosts };
  const { hosts: others } = scopeOf(playbook, {});
  const asked = new Set(hosts);
  for (;;) {
    const all = await inTurns(placing(playbook, controller, facts));
    const { named, isOpen } = reachOf(all, selection);
    const more = others.filter((host) => !asked.has(host) && (isOpen || named.has(host.name)));
    if (more.length === 0) return { facts, hosts: [...asked] };
    session.hide(more.flatMap(secretsOfHost));
    for (const [host, own] of await gatherFacts(session, more)) facts.set(host, own);
    for (const host of more) asked.add(host);
  }
}

/** Reads nodes of one host. Where that fails, the host counts as unreachable, and the other hosts go on. */
export async function readHost(
  session: Session,
  host: string,
  nodes: readonly ProgramNode[],
  earlier: Earlier = ignoreEarlier,
): Promise<HostReadings> {
  try {
    const found = await readNodes(session, host, nodes);
    const isMoving = found.works.length > 0 || found.waysBack.isPending;
    const isStale = isMoving && (await earlier(session, host, found));
    return isStale ? await readNodes(session, host, nodes) : found;
  } catch (thrown) {
    const error = asHostwrightError(thrown).with({ host, stage: 'probe' });
    if (error.code === 'INTERRUPTED') throw error;
    session.unreachable.set(host, error);
    session.emit({ type: 'host.unreachable', host, error: error.toJSON() });
    return nothing;
  }
}

const ignoreEarlier: Earlier = async () => false;

/** Reads nodes of one host: those behind its shell in one round trip, those behind an API beside it. */
export async function readNodes(
  session: Session,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<HostReadings> {
  const start = performance.now();
  const remote = nodes.filter((node) => node.declaration.type.driver.via === 'remote');
  const behindShell = nodes.filter((node) => node.declaration.type.driver.via === 'shell');
  const behindNothing = nodes.filter((node) => node.declaration.type.driver.via === 'nothing');
  const [readings, own] = await Promise.all([
    probeRemote(remote, session.signal),
    behindShell.length === 0 ? nothing : readBehindShell(session, host, behindShell),
  ]);
  const ms = Math.round(performance.now() - start);
  session.emit({ type: 'host.probed', host, resources: nodes.length, ms });
  const asDeclared = behindNothing.map(({ id }) => [id, present({})] as const);
  return { ...own, readings: new Map([...readings, ...own.readings, ...asDeclared]) };
}

/** Reading changes nothing, so it is done again when the connection breaks. */
async function readBehindShell(
  session: Session,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<HostReadings> {
  const transport = transportOf(session, host);
  try {
    return await probeHost(nodes, transport, session.signal);
  } catch (thrown) {
    const error = asHostwrightError(thrown);
    if (error.code !== 'TRANSPORT_CONNECTION_LOST') throw error;
    await session.reconnect(host, error, transport);
    return readBehindShell(session, host, nodes);
  }
}

const nothing: HostReadings = {
  readings: new Map(),
  owed: [],
  works: [],
  waysBack: { ids: [], isPending: false },
  isHeld: false,
};
