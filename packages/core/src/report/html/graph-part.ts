import { countOf, upTo } from '../labels.ts';
import type { RecordedStep, RunRecord } from '../run-record.ts';
import { graphLayout, type PlacedNode } from './graph-layout.ts';
import { type Html, html, nothing } from './html.ts';
import { statusWords } from './status-mark.ts';

/** Pictures; more shapes of hosts than that are not drawn. */
const picturesMax = 20;

/** Resources in one picture. */
const nodesMax = 250;

const columnWidth = 236;
const rowHeight = 34;
const boxWidth = 186;
const boxHeight = 24;

/** Characters of a label that a box has room for. */
const labelLengthMax = 25;

/** What comes after what; hosts with the same graph share a picture. */
export function graphPart({ steps }: RunRecord): Html {
  const shapes = new Map<string, { hosts: string[]; steps: readonly RecordedStep[] }>();
  for (const [host, own] of Map.groupBy(steps, (step) => step.host)) {
    if (own.every(({ needs }) => needs.length === 0)) continue;
    const key = JSON.stringify(
      own.map(({ label, needs, status }) => [
        label,
        status,
        needs.map((id) => id.replace(`${host}/`, '')),
      ]),
    );
    const shape = shapes.get(key);
    if (shape !== undefined) shape.hosts.push(host);
    else shapes.set(key, { hosts: [host], steps: own });
  }
  if (shapes.size === 0) return nothing;
  const all = [...shapes.values()];
  const pictures = all.slice(0, picturesMax).map(({ hosts, steps: own }, index) => {
    const isOpen = index === 0 && own.length <= 60;
    const title = `${upTo(hosts, 6)}: ${countOf(own.length, 'resource')}`;
    return html`<details${isOpen ? html` open` : nothing}><summary>${title}</summary>${picture(own, title)}</details>`;
  });
  const left = all.length - pictures.length;
  return html`<section aria-labelledby="graph"><h2 id="graph">What comes after what</h2>${pictures}${left > 0 ? html`<p class="dim">… and ${left} more.</p>` : nothing}</section>`;
}

function picture(steps: readonly RecordedStep[], title: string): Html {
  if (steps.length > nodesMax) {
    return html`<p class="dim">More than ${nodesMax} resources are not drawn.</p>`;
  }
  const placed = graphLayout(steps);
  const nodes = [...placed.values()];
  const width = (Math.max(...nodes.map(({ column }) => column)) + 1) * columnWidth;
  const height = (Math.max(...nodes.map(({ row }) => row)) + 1) * rowHeight;
  const edges = steps.flatMap((step) =>
    step.needs.flatMap((need) => edge(placed.get(need), placed.get(step.id))),
  );
  const boxes = steps.map((step) => box(step, placed.get(step.id)));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Graph of ${title}"><svg role="img" aria-label="Graph of ${title}; the entries under Resources say the same in words" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${edges}${boxes}</svg></div>`;
}

function edge(from: PlacedNode | undefined, to: PlacedNode | undefined): readonly Html[] {
  if (from === undefined || to === undefined) return [];
  const [x1, y1] = [from.column * columnWidth + boxWidth, middleOf(from)];
  const [x2, y2] = [to.column * columnWidth, middleOf(to)];
  const bend = (x2 - x1) / 2;
  return [
    html`<path class="edge" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`,
  ];
}

function middleOf({ row }: PlacedNode): number {
  return row * rowHeight + 5 + boxHeight / 2;
}

function box(step: RecordedStep, node: PlacedNode | undefined): Html {
  if (node === undefined) return nothing;
  const { label, status } = step;
  const text = shortened(label);
  const x = node.column * columnWidth;
  return html`<g class="node ${status}"><title>${label}: ${statusWords(status)}</title><rect x="${x + 1}" y="${node.row * rowHeight + 5}" width="${boxWidth - 2}" height="${boxHeight}" rx="4"/><text x="${x + 8}" y="${middleOf(node) + 4}">${text}</text></g>`;
}

/** The type, and the end of a long path: what tells one from another. */
function shortened(label: string): string {
  if (label.length <= labelLengthMax) return label;
  const kind = label.slice(0, label.indexOf('[') + 1).slice(0, labelLengthMax / 2);
  return `${kind}…${label.slice(kind.length + 1 - labelLengthMax)}`;
}
