import { errorTable, type ResourceType } from '@hostwright/core';
import type { Schema } from '../../packages/core/src/compile/schema-form.ts';
import { factLabels } from './doc-comment.ts';
import { generatedMark, kebab, page, table } from './markdown.ts';
import type { ResourceFile } from './resource-file.ts';
import { defaultIn, type PropertyRow, propertyRows } from './schema-form.ts';

/** Where the reference page of a resource type stands. */
export function resourcePagePath({ area, name }: ResourceFile): string {
  return `docs/reference/${area}/${kebab(name)}.md`;
}

/** The reference page of a resource type. */
export function resourcePage(
  file: ResourceFile,
  type: ResourceType<unknown, unknown, unknown>,
  doors: ReadonlyMap<string, string>,
): string {
  const { comment, name, outputs } = file;
  const rows = propertyRows(type.schema as Schema);
  return page([
    generatedMark,
    `# ${name}`,
    ...(comment?.paragraphs ?? []),
    ...(comment?.examples ?? []).map((example) => exampleBlock(example, doors)),
    '## Properties',
    table(
      ['Property', 'Form', 'Default', 'Meaning'],
      rows.map((row) => propertyCells(row, type)),
    ),
    ...(outputs.length === 0 ? [] : ['## Outputs']),
    table(
      ['Output', 'Meaning'],
      outputs.map((output) => [`\`out.${output.name}\``, output.text]),
    ),
    '## Facts',
    [
      ...factLabels.map((label) => factLine(label, comment?.facts.get(label) ?? '')),
      ...driverLines(type),
    ],
  ]);
}

function propertyCells(
  { path, isRequired, form, pattern, text }: PropertyRow,
  { keys, secrets }: ResourceType<unknown, unknown, unknown>,
): readonly string[] {
  const marks = [
    isRequired ? 'required' : '',
    keys.includes(path) ? 'key' : '',
    secrets.includes(path) ? 'may be secret' : '',
  ].filter((mark) => mark !== '');
  const name = marks.length === 0 ? `\`${path}\`` : `\`${path}\` (${marks.join(', ')})`;
  const matches = pattern === undefined ? '' : ` Matches \`${pattern}\`.`;
  return [name, form, isRequired ? '' : defaultIn(text), `${text}${matches}`];
}

/** The example with the imports that it needs, so that it can be copied and runs. */
function exampleBlock(example: string, doors: ReadonlyMap<string, string>): readonly string[] {
  const imports = importLines(example, doors);
  return ['```ts', ...(imports.length === 0 ? [] : [...imports, '']), example, '```'];
}

/** Import lines for the names of ours that a piece of code uses. */
function importLines(code: string, doors: ReadonlyMap<string, string>): readonly string[] {
  const lists = [...code.matchAll(/import\s*\{([^}]*)\}/g)].flatMap(({ 1: names = '' }) => names);
  const imported = new Set(lists.flatMap((names) => names.split(/[\s,]+/)));
  const isUsed = (name: string) => new RegExp(`(?<![.\\w$'"/-])${name}(?=[(\`.])`).test(code);
  const used = [...doors].filter(([name]) => !imported.has(name) && isUsed(name));
  const byDoor = Map.groupBy(used, ([, door]) => door);
  return [...byDoor]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([door, names]) => {
      const sorted = names.map(([name]) => name).toSorted();
      return `import { ${sorted.join(', ')} } from '${door}';`;
    });
}

function factLine(label: string, text: string): string {
  const shown = label === 'Errors' ? linkCodes(text) : text;
  return `- **${label}.** ${shown.replaceAll('\n', '\n  ')}`;
}

/** Error codes become links to their rows. */
function linkCodes(text: string): string {
  return text.replaceAll(/`?\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b`?/g, (whole, code: string) =>
    Object.hasOwn(errorTable, code) ? `[${code}](../errors.md#${code.toLowerCase()})` : whole,
  );
}

function driverLines({ driver }: ResourceType<unknown, unknown, unknown>): readonly string[] {
  if (driver.via === 'remote') return ['- **Runs on.** The `controller`, in a play of its own.'];
  if (driver.via === 'nothing') return [];
  const commands = driver.commands.map((command) => `\`${command}\``).join(', ');
  return [
    ...(commands === '' ? [] : [`- **Needs on the host.** ${commands}`]),
    ...(driver.refresh === undefined
      ? []
      : ['- **Can be notified.** It is refreshed once, after everything that notifies it.']),
  ];
}
