import type { Graph, GraphEdge } from '../model/graph.ts';
import { someOf } from './labels.ts';
import { visibleText } from './visible-text.ts';

export type GraphFormat = 'mermaid' | 'dot' | 'json';

export interface GraphOptions {
  /** `mermaid` when left out, which documents and code hosts show; `dot` is for Graphviz. */
  readonly format?: GraphFormat;
}

/** Reasons on one arrow; more are counted. */
const reasonsShown = 2;

/**
 * A graph as text: an arrow from what comes first to what comes after it, with the reason; dashed where a change of the
 * first refreshes the second; a box for each host.
 * @example process.stdout.write(renderGraph(graph, { format: 'mermaid' }));
 */
export function renderGraph(graph: Graph, { format = 'mermaid' }: GraphOptions = {}): string {
  switch (format) {
    case 'mermaid':
      return mermaid(graph);
    case 'dot':
      return dot(graph);
    case 'json':
      return `${JSON.stringify(graph, undefined, 2)}\n`;
  }
}

/** Source: mermaid.js.org, flowcharts. */
function mermaid(graph: Graph): string {
  const names = namesOf(graph);
  const lines = [
    'flowchart LR',
    ...graph.hosts.flatMap((host, index) => [
      `  subgraph host${index} [${mermaidText(host)}]`,
      ...graph.nodes
        .filter((node) => node.host === host)
        .map(({ id, label }) => `    ${names.get(id)}[${mermaidText(label)}]`),
      '  end',
    ]),
    ...graph.edges.map((edge) => {
      const arrow = edge.notifies ? '-.->' : '-->';
      return `  ${names.get(edge.from)} ${arrow}|${mermaidText(reasonsOf(edge))}| ${names.get(edge.to)}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** Source: graphviz.org, the DOT language. */
function dot(graph: Graph): string {
  const names = namesOf(graph);
  const lines = [
    'digraph hostwright {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...graph.hosts.flatMap((host, index) => [
      `  subgraph cluster_${index} {`,
      `    label=${dotText(host)};`,
      ...graph.nodes
        .filter((node) => node.host === host)
        .map(({ id, label }) => `    ${names.get(id)} [label=${dotText(label)}];`),
      '  }',
    ]),
    ...graph.edges.map((edge) => {
      const style = edge.notifies ? ', style=dashed' : '';
      return `  ${names.get(edge.from)} -> ${names.get(edge.to)} [label=${dotText(reasonsOf(edge))}${style}];`;
    }),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** Names that both languages take without quotes. */
function namesOf({ nodes }: Graph): ReadonlyMap<string, string> {
  return new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
}

function reasonsOf({ because }: GraphEdge): string {
  return someOf(because, reasonsShown);
}

/** Quoted text; what the language would read as its own is written as a character entity. */
function mermaidText(text: string): string {
  const safe = visibleText(text).replaceAll(
    /[#"<>&`\\]/g,
    (character) => `#${character.charCodeAt(0)};`,
  );
  return `"${safe}"`;
}

function dotText(text: string): string {
  return `"${visibleText(text).replaceAll(/["\\]/g, '\\$&')}"`;
}
