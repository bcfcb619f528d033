import type { Declaration } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import { type Edge, type EdgeReason, type Program, producerOf } from '../model/program.ts';
import { formatSource } from '../model/source.ts';
import { referencesIn } from '../model/spec.ts';

/** A placed declaration that passed validation. */
export interface Vertex {
  readonly id: string;
  readonly host: string;
  readonly label: string;
  readonly declaration: Declaration;
  /** The part of the spec that is known before any output. */
  readonly known: Readonly<Record<string, unknown>>;
  /** The run leaves it as it is: what it needs may be out of reach. */
  readonly isHeld?: boolean;
}

/** All edges of all vertices: explicit needs and notifications, outputs, and what the types know by themselves. */
export function connect(
  vertices: readonly Vertex[],
  placements: Program['placements'],
): ReadonlyMap<string, readonly Edge[]> {
  const edges = new Map<string, Map<string, Edge>>(
    vertices.map((vertex) => [vertex.id, new Map()]),
  );
  const add: AddEdge = (first, second, why) => {
    const own = edges.get(second);
    if (first !== second) own?.set(first, joined(first, own.get(first), why));
  };
  const tokens = tokenIndex(vertices);
  for (const vertex of vertices) {
    addExplicit(vertex, placements, add);
    for (const reference of referencesIn(vertex.declaration.spec)) {
      const producer = producerOf(placements, reference, vertex.host);
      if (producer !== undefined) add(producer, vertex.id, outputReason(reference.field));
    }
    const { after = [], before = [], notifies = [] } = vertex.declaration.type.edges(vertex.known);
    const providers = (token: string) => tokens.get(`${vertex.host} ${token}`) ?? [];
    const known = (because: string) => ({ reason: 'automatic', because, notifies: false }) as const;
    for (const token of after) for (const id of providers(token)) add(id, vertex.id, known(token));
    for (const token of before) for (const id of providers(token)) add(vertex.id, id, known(token));
    for (const token of notifies)
      for (const id of providers(token)) add(vertex.id, id, { ...known(token), notifies: true });
  }
  return new Map([...edges].map(([id, byNeed]) => [id, [...byNeed.values()]]));
}

interface Why {
  readonly reason: EdgeReason;
  readonly because: string;
  readonly notifies: boolean;
}

type AddEdge = (first: string, second: string, why: Why) => void;

function outputReason(field: string): Why {
  return { reason: 'output', because: `out.${field}`, notifies: false };
}

/** One edge for all reasons. An output weighs most, whatever else says the same. */
function joined(needs: string, edge: Edge | undefined, why: Why): Edge {
  const isOutput = why.reason === 'output' || edge === undefined;
  return Object.freeze({
    needs,
    reason: isOutput ? why.reason : edge.reason,
    because: [...new Set([...(edge?.because ?? []), why.because])],
    notifies: why.notifies || edge?.notifies === true,
  });
}

function addExplicit(vertex: Vertex, placements: Program['placements'], add: AddEdge): void {
  const { needs, notify } = vertex.declaration;
  for (const other of needs) {
    const id = placed(other, vertex, placements, 'needs');
    if (id !== undefined) add(id, vertex.id, explicit('needs'));
  }
  for (const other of notify) {
    const id = placed(other, vertex, placements, 'notifies');
    if (id !== undefined) add(vertex.id, id, explicit('notify'));
  }
}

function explicit(because: 'needs' | 'notify'): Why {
  return { reason: 'explicit', because, notifies: because === 'notify' };
}

function placed(
  other: Declaration,
  vertex: Vertex,
  placements: Program['placements'],
  verb: string,
): string | undefined {
  const id = producerOf(
    placements,
    { declaration: other, field: '', host: undefined },
    vertex.host,
  );
  if (id !== undefined || vertex.isHeld) return id;
  throw new HostwrightError('NEED_UNDECLARED', {
    problem: `It ${verb} the ${other.kind} of ${formatSource(other.source)}, which no play returns for this host.`,
    host: vertex.host,
    resource: vertex.label,
    source: vertex.declaration.source,
  });
}

function tokenIndex(vertices: readonly Vertex[]): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const vertex of vertices) {
    const { type } = vertex.declaration;
    for (const token of new Set([...type.claims(vertex.known), ...type.provides(vertex.known)])) {
      const key = `${vertex.host} ${token}`;
      index.set(key, [...(index.get(key) ?? []), vertex.id]);
    }
  }
  return index;
}

/** The longest chain of needs before each vertex. Errors: GRAPH_CYCLE with the whole path. */
export function layersOf(
  vertices: readonly Vertex[],
  edges: ReadonlyMap<string, readonly Edge[]>,
): ReadonlyMap<string, number> {
  const layers = new Map<string, number>();
  /** From a vertex to what it needs, and so on. By hand: a chain of needs may be longer than calls can be deep. */
  const path: Visit[] = [];
  const onPath = new Set<string>();
  const enter = (id: string) => {
    if (layers.has(id)) return;
    if (onPath.has(id)) {
      const ids = path.map((visit) => visit.id);
      throw cycle([...ids.slice(ids.indexOf(id)), id], vertices, edges);
    }
    onPath.add(id);
    const left = (edges.get(id) ?? []).map(({ needs }) => needs).toReversed();
    path.push({ id, left, layer: 0 });
  };
  for (const vertex of vertices) {
    enter(vertex.id);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const need = visit.left.at(-1);
      const below = need === undefined ? undefined : layers.get(need);
      if (need === undefined) {
        layers.set(visit.id, visit.layer);
        onPath.delete(visit.id);
        path.pop();
      } else if (below === undefined) enter(need);
      else {
        visit.layer = Math.max(visit.layer, below + 1);
        visit.left.pop();
      }
    }
  }
  return layers;
}

/** A vertex that is being visited, and which of its needs have not been followed yet, the next one last. */
interface Visit {
  readonly id: string;
  readonly left: string[];
  layer: number;
}

function cycle(
  path: readonly string[],
  vertices: readonly Vertex[],
  edges: ReadonlyMap<string, readonly Edge[]>,
): HostwrightError {
  const byId = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  const lines = path.slice(0, -1).map((id, index) => {
    const next = path[index + 1] ?? '';
    const { because = [] } = edges.get(id)?.find((edge) => edge.needs === next) ?? {};
    return `${id} (${formatSource(byId.get(id)?.declaration.source)}) comes after ${next}: ${because.join(', ')}`;
  });
  return new HostwrightError('GRAPH_CYCLE', {
    problem: `Declarations need each other in a circle: ${path.join(' → ')}.`,
    detail: lines.join('\n'),
  });
}

/** Hosts that a vertex waits for in vain: they make one of its outputs, but could not be read. */
export function missingProducers(
  vertex: Vertex,
  placements: Program['placements'],
  facts: ReadonlyMap<string, Facts>,
  unreachable: readonly string[],
): readonly string[] {
  return referencesIn(vertex.declaration.spec).flatMap((reference) => {
    if (producerOf(placements, reference, vertex.host) !== undefined) return [];
    const { host, field, declaration } = reference;
    if (host !== undefined && facts.has(host))
      throw outputError(
        'OUTPUT_UNPRODUCED',
        vertex,
        `${host} does not have ${declaration.kind}.out.${field}.`,
      );
    const holders = [...(placements.get(declaration)?.keys() ?? [])];
    if (holders.length > 1)
      throw outputError(
        'OUTPUT_AMBIGUOUS',
        vertex,
        `${declaration.kind}.out.${field} is made on ${holders.join(', ')}.`,
      );
    if (unreachable.length > 0) return host === undefined ? unreachable : [host];
    throw outputError(
      'OUTPUT_UNPRODUCED',
      vertex,
      `Nothing makes ${declaration.kind}.out.${field}.`,
    );
  });
}

function outputError(
  code: 'OUTPUT_UNPRODUCED' | 'OUTPUT_AMBIGUOUS',
  vertex: Vertex,
  problem: string,
): HostwrightError {
  return new HostwrightError(code, {
    problem,
    host: vertex.host,
    resource: vertex.label,
    source: vertex.declaration.source,
  });
}
