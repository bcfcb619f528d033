import type { Declaration } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Host } from '../model/host.ts';
import type { Playbook } from '../model/playbook.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import { everything, isSelected, type Selection } from '../model/selection.ts';
import { formatSource } from '../model/source.ts';
import { knownPart } from '../model/spec.ts';
import { toEnd, type Work } from '../model/work.ts';
import { connect, layersOf, missingProducers, type Vertex } from './graph.ts';
import { holdNodes } from './hold.ts';
import { reachOf } from './outside.ts';
import { type Placed, placing } from './place.ts';
import { requireKnownTags } from './tags.ts';
import type { ValidateSpec } from './validate.ts';

export interface CompileInput {
  readonly playbook: Playbook;
  readonly controller: Host;
  /** Facts of the hosts that answered. */
  readonly facts: ReadonlyMap<string, Facts>;
  /** Hosts that did not. What waits for their outputs is blocked, not wrong. */
  readonly unreachable: readonly string[];
  readonly validate: ValidateSpec;
  /** What the run may change; everything when left out. */
  readonly selection?: Selection;
}

/**
 * Playbook and facts to program: runs the play functions, validates every spec, finds things claimed twice and builds
 * the graph. Pure: nothing is read and nothing is changed.
 */
export function compile(input: CompileInput): Program {
  return toEnd(compiling(input));
}

/** The same in parts, for programs of many hosts. */
export function* compiling({
  playbook,
  controller,
  facts,
  unreachable,
  validate,
  selection = everything,
}: CompileInput): Work<Program> {
  const all = yield* placing(playbook, controller, facts);
  if (unreachable.length === 0) requireKnownTags(all, selection);
  const { placed } = reachOf(all, selection);
  yield;
  const vertices: Vertex[] = [];
  for (const one of placed) {
    vertices.push(checked(one, selection, validate));
    yield;
  }
  requireSingleClaims(vertices);
  const placements = placementsOf(vertices);
  yield;
  const edges = connect(vertices, placements);
  yield;
  const layers = layersOf(vertices, edges);
  yield;
  const nodes = vertices.map((vertex): ProgramNode => {
    const missing = vertex.isHeld ? [] : missingProducers(vertex, placements, facts, unreachable);
    return Object.freeze({
      id: vertex.id,
      host: vertex.host,
      label: vertex.label,
      declaration: vertex.declaration,
      edges: edges.get(vertex.id) ?? [],
      layer: layers.get(vertex.id) ?? 0,
      blocked: missing.length === 0 ? undefined : missing.join(', '),
    });
  });
  const used = new Set(nodes.map((node) => node.host));
  const hosts = [...playbook.inventory.hosts.values(), controller].filter((host) =>
    used.has(host.name),
  );
  const held = holdNodes(nodes, selection).toSorted((a, b) => a.layer - b.layer);
  const byId = new Map(held.map((node) => [node.id, node]));
  return Object.freeze({ hosts, nodes: held, byId, placements });
}

function checked(
  { host, declaration }: Placed,
  selection: Selection,
  validate: ValidateSpec,
): Vertex {
  const { type, spec, source } = declaration;
  const problems = validate(type, spec);
  const first = problems[0];
  if (first !== undefined) {
    const problem = problems.map(({ text }) => text).join(' ');
    throw new HostwrightError(first.code, {
      problem,
      host: host.name,
      resource: type.kind,
      source,
    });
  }
  const known = knownPart(spec);
  const label = `${type.kind}[${type.identity(known)}]`;
  if (type.driver.via === 'remote' && host.connection !== 'controller') {
    throw new HostwrightError('PLAY_WRONG_HOST', {
      problem: `${type.kind} is not behind a host's shell and runs on the controller only.`,
      host: host.name,
      resource: label,
      source,
    });
  }
  const isHeld = !isSelected(selection, host.name, declaration);
  return { id: `${host.name}/${label}`, host: host.name, label, declaration, known, isHeld };
}

/** A declaration as the owner of something, or of a part of it. */
interface Owner {
  readonly claim: string;
  readonly vertex: Vertex;
  readonly isShared: boolean;
}

function requireSingleClaims(vertices: readonly Vertex[]): void {
  const owners = new Map<string, Owner>();
  for (const owner of vertices.flatMap(ownersOf)) {
    const key = `${owner.vertex.host} ${owner.claim}`;
    const first = owners.get(key);
    if (first === undefined) owners.set(key, owner);
    else if (!first.isShared || !owner.isShared) throw claimedTwice(first, owner);
  }
}

function ownersOf(vertex: Vertex): readonly Owner[] {
  const { type } = vertex.declaration;
  const claims = new Set([vertex.label, ...type.claims(vertex.known)]);
  const shares = new Set(type.shares(vertex.known));
  return [
    ...[...claims].map((claim) => ({ claim, vertex, isShared: false })),
    ...[...shares].map((claim) => ({ claim, vertex, isShared: true })),
  ];
}

function claimedTwice(first: Owner, second: Owner): HostwrightError {
  const { label, declaration } = first.vertex;
  const place = `${label} in ${formatSource(declaration.source)}`;
  const part = second.isShared ? ', as a whole,' : '';
  return new HostwrightError('CLAIM_TWICE', {
    problem: first.isShared
      ? `A part of ${first.claim} is claimed already by ${place}.`
      : `${first.claim} is claimed already${part} by ${place}.`,
    host: second.vertex.host,
    resource: second.vertex.label,
    source: second.vertex.declaration.source,
  });
}

function placementsOf(vertices: readonly Vertex[]): Program['placements'] {
  const placements = new Map<Declaration, Map<string, string>>();
  for (const { declaration, host, id } of vertices) {
    const byHost = placements.get(declaration) ?? new Map<string, string>();
    placements.set(declaration, byHost.set(host, id));
  }
  return placements;
}
