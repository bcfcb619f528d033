import { defineResource, type FieldDiff, HostwrightError, Secret, secret } from '@hostwright/core';
import { Type } from 'typebox';
import { pathProblems } from './absolute-path.ts';
import { type BlockSpec, editBlock, findBlocks, innerTexts, marksOf } from './edit-block.ts';
import {
  editDriver,
  editedOwnership,
  editedProperties,
  editedText,
  expressionProperty,
  missingPlace,
  observedLines,
  type TextReading,
} from './edited-file.ts';
import { contentDiff, contentProblems, contentProperty, sha256Of } from './file-content.ts';
import { partOf, placeProblems } from './text-lines.ts';
import { threatsOfContent } from './way-in.ts';
import { validatorProblems } from './write-file.ts';

const { path, validate } = editedProperties;

const schema = Type.Object(
  {
    path,
    name: Type.String({
      pattern: '^[A-Za-z0-9_][A-Za-z0-9_. -]{0,61}[A-Za-z0-9_]$',
      maxLength: 63,
      description:
        'What the block is called in its first and last line, `# BEGIN NAME` and `# END NAME`. A block that Ansible made is called `ANSIBLE MANAGED BLOCK`.',
    }),
    content: Type.Optional(
      contentProperty(
        'The lines between; may be `secret()` or an output. At most 1,048,576 characters. The end of the last line may be left out. Default: none; only a block that is to be absent has none.',
      ),
    ),
    comment: Type.Optional(
      Type.String({
        pattern: '^[!-~]{1,8}$',
        maxLength: 8,
        description: 'What begins a comment in the file: `;`, `//`, `--`. Default: `#`.',
      }),
    ),
    after: Type.Optional(
      expressionProperty(
        'Regular expression: a new block goes directly after the first line that matches. A file without such a line, and without the block, is an error. Default: none; see `before`.',
      ),
    ),
    before: Type.Optional(
      expressionProperty(
        'Regular expression: a new block goes before the first line that matches. Default, and where no line matches: the end of the file. Not beside `after`.',
      ),
    ),
    validate,
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the block with its first and last line. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * Some lines of a file that something else owns, between two comments that say whose they are.
 *
 * Everything else in the file, its owner, mode and attributes are kept, and it is replaced in one step. A block that is there
 * already stays where it is; `after` and `before` say where a new one goes. Regular expressions are those of JavaScript with
 * the flag `u`, as text, and are tried on each line without its end. Several blocks and lines of one file are declared side by
 * side; a File with `content` has all of it, and cannot have them beside it.
 *
 * Identity: `path` and `name`, once per host.
 * Units: lengths in characters.
 * Cost: that of FileLine.
 * Errors: FILE_BLOCK_BROKEN for a block without its last line; those of FileLine.
 * Source: stat(1), base64(1), mv(1), rename(2). Captured on Debian 12 and 13 as FileLine.
 * @example FileBlock({ path: '/etc/hosts', name: 'cluster', content: '192.0.2.11 a\n192.0.2.12 b\n' })
 */
export const FileBlock = defineResource({
  kind: 'FileBlock',
  schema,
  keys: ['path', 'name'],
  secrets: ['content'],
  identity: (spec) => `${spec.path}: ${spec.name}`,
  ...editedOwnership,
  check: checkBlock,
  driver: editDriver(editBlock),
  diff: blockDiff,
  threatens: ({ spec, reading, way }) => {
    const isKnown = spec.ensure === 'absent' || typeof spec.content === 'string';
    const text = isKnown ? editedText(editBlock, spec, reading) : undefined;
    return threatsOfContent(spec.path, text, way);
  },
});

function checkBlock(spec: BlockSpec): readonly string[] {
  const { path, ensure, content, validate } = spec;
  const { begin, end } = marksOf(spec);
  const inner = innerTexts(content);
  return [
    ...pathProblems(path),
    ...contentProblems({ ...(content === undefined ? {} : { content }) }),
    ...(ensure !== 'absent' && !('content' in spec) ? ['Property content is missing.'] : []),
    ...(ensure === 'absent' && 'content' in spec
      ? ['Property content says nothing about a block that is to be absent.']
      : []),
    ...(inner.some((text) => text === begin || text === end)
      ? ['Property content has a line that begins or ends the block.']
      : []),
    ...('after' in spec && 'before' in spec
      ? ['Properties after and before both say where a new block goes: one is enough.']
      : []),
    ...placeProblems(spec, [begin, ...inner, end]),
    ...validatorProblems(validate),
  ];
}

/** Errors: FILE_BLOCK_BROKEN, FILE_PLACE_MISSING */
function blockDiff(spec: BlockSpec, reading: TextReading): readonly FieldDiff[] {
  const lines = observedLines(reading);
  const blocks = findBlocks(lines, spec);
  if (blocks === undefined) throw broken(spec);
  const [first] = blocks;
  if (spec.ensure === 'absent') {
    return first === undefined ? [] : [{ field: 'exists', from: true, to: false }];
  }
  const text = asText(innerTexts(spec.content));
  const content = spec.content instanceof Secret ? secret(text) : text;
  if (first === undefined) {
    if (reading.is === 'present' && partOf(lines, spec) === undefined) throw missingPlace(spec);
    return [{ field: 'exists', from: false, to: true }, ...contentDiff({ content }, undefined)];
  }
  const own = lines.slice(first.at + 1, first.at + first.count - 1);
  const found = asText(own.map((line) => line.text));
  const bytes = Buffer.from(found);
  const observed = { size: bytes.length, sha256: sha256Of(bytes), text: found };
  return [
    ...contentDiff({ content }, observed),
    ...(blocks.length === 1 ? [] : [{ field: 'copies', from: blocks.length, to: 1 }]),
  ];
}

function asText(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function broken(spec: BlockSpec): HostwrightError {
  const { begin, end } = marksOf(spec);
  const problem = `In ${spec.path} not every line "${begin}" has a line "${end}" after it.`;
  return new HostwrightError('FILE_BLOCK_BROKEN', { problem });
}
