import { expect, test } from '@jest/globals';
import type { Graph } from '../model/graph.ts';
import { renderGraph } from './graph-text.ts';

const source = { file: 'mail.ts', line: 3 };
const node = (host: string, label: string, layer: number) => {
  return { id: `${host}/${label}`, host, kind: label.split('[')[0] ?? '', label, source, layer };
};
const graph: Graph = {
  version: 1,
  hosts: ['mx1', 'controller'],
  nodes: [
    node('mx1', 'Package[postfix]', 0),
    node('mx1', 'Service[postfix]', 1),
    node('controller', 'Dns["a" <b>\n#1]', 2),
  ],
  edges: [
    {
      from: 'mx1/Package[postfix]',
      to: 'mx1/Service[postfix]',
      reason: 'automatic',
      because: ['package:postfix', 'needs', 'out.version', 'notify'],
      notifies: true,
    },
    {
      from: 'mx1/Service[postfix]',
      to: 'controller/Dns["a" <b>\n#1]',
      reason: 'output',
      because: ['out.name'],
      notifies: false,
    },
  ],
  unreachable: [],
};

test('Mermaid: hosts as boxes, reasons on arrows, dashed where it notifies, nothing read as its own', () => {
  expect(renderGraph(graph)).toBe(`flowchart LR
  subgraph host0 ["mx1"]
    n0["Package[postfix]"]
    n1["Service[postfix]"]
  end
  subgraph host1 ["controller"]
    n2["Dns[#34;a#34; #60;b#62;#92;n#35;1]"]
  end
  n0 -.->|"package:postfix, needs and 2 more"| n1
  n1 -->|"out.name"| n2
`);
});

test('DOT: the same', () => {
  const text = renderGraph(graph, { format: 'dot' });
  expect(text).toContain(
    '  subgraph cluster_0 {\n    label="mx1";\n    n0 [label="Package[postfix]"];',
  );
  expect(text).toContain(String.raw`n2 [label="Dns[\"a\" <b>\\n#1]"];`);
  expect(text).toContain('n0 -> n1 [label="package:postfix, needs and 2 more", style=dashed];');
  expect(text).toContain('n1 -> n2 [label="out.name"];\n}');
});

test('JSON: the value', () => {
  expect(JSON.parse(renderGraph(graph, { format: 'json' }))).toEqual(graph);
});
