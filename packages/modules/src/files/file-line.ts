import { defineResource, type FieldDiff } from '@hostwright/core';
import { Type } from 'typebox';
import { pathProblems } from './absolute-path.ts';
import { editLine, findLine, type LineSpec } from './edit-line.ts';
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
import { sha256Of } from './file-content.ts';
import { expressionOf, expressionProblems, placeProblems } from './text-lines.ts';
import { threatsOfContent } from './way-in.ts';
import { validatorProblems } from './write-file.ts';

const { path, validate } = editedProperties;

const schema = Type.Object(
  {
    path,
    line: Type.String({
      pattern: '^[^\\u0000-\\u0008\\u000a-\\u001f\\u007f]+$',
      maxLength: 16_384,
      description:
        'The whole line, without its end, which is that of the other lines: `\\n`, or `\\r\\n`. No control character but the tab. A plain value; what is secret goes into a FileBlock.',
    }),
    replaces: Type.Optional(
      expressionProperty(
        'Regular expression of lines that this one stands in place of. It must match the line itself: of all that match, only that one is left, where the first one was. Default: nothing is replaced; a line that is missing is added.',
      ),
    ),
    after: Type.Optional(
      expressionProperty(
        'Regular expression: what stands before the first line that matches does not count, and a new line goes directly after it. A file without such a line is an error. Default: the beginning of the file.',
      ),
    ),
    before: Type.Optional(
      expressionProperty(
        'Regular expression: what stands behind the first line that matches, of those after `after`, does not count, and without `after` a new line goes before it. Default, and where no line matches: the end of the file.',
      ),
    ),
    validate,
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the line, however often it is there. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * One line of a file that something else owns. Where a folder takes files of one's own, such as `sshd_config.d`, a File there is
 * the better choice.
 *
 * Everything else in the file, its owner, mode and attributes are kept, and it is replaced in one step. A line that is there
 * already stays where it is, in the part of the file that `after` and `before` mark off: with both, such as
 * `after: '^\\[mysqld\\]$', before: '^\\['`, that is a section. Regular expressions are those of JavaScript with the flag `u`,
 * as text, and are tried on each line without its end. Several lines and blocks of one file are declared side by side; a File
 * with `content` has all of it, and cannot have them beside it.
 *
 * Identity: `path`, `after` and `line`, once per host.
 * Units: lengths in characters.
 * Cost: one stat per host and three processes for each file to probe, however many lines; the file travels whenever it is read,
 * since only here it is known whether a line matches. About ten processes per file that is written.
 * Errors: PREREQUISITE_MISSING for a file that is missing and that nothing is about to bring; FILE_PLACE_MISSING where no line
 * matches `after`; FILE_NOT_REGULAR for a directory, a device or a symbolic link at the path; PROBE_FAILED for what may not be
 * read, holds a NUL byte, or has more than 1,048,576 bytes; APPLY_FAILED with the reason for a full disk, or a validator that
 * refuses.
 * Source: stat(1), base64(1), mv(1), rename(2). Captured on Debian 12 and 13.
 * @example FileLine({ path: '/etc/hosts', line: '192.0.2.10 mail.example.com mail' })
 * @example FileLine({ path: '/etc/ssh/sshd_config', line: 'PermitRootLogin no', replaces: '^#?PermitRootLogin\\b', before: '^Match\\b', validate: ['sshd', '-t', '-f', '%'] })
 */
export const FileLine = defineResource({
  kind: 'FileLine',
  schema,
  keys: ['path', 'line', 'replaces', 'after'],
  identity: lineIdentity,
  claims: ({ path, replaces, after = '' }) =>
    replaces === undefined ? [] : [`line:${path} ${after} ${replaces}`],
  ...editedOwnership,
  check: checkLine,
  driver: editDriver(editLine),
  diff: lineDiff,
  threatens: ({ spec, reading, way }) =>
    threatsOfContent(spec.path, editedText(editLine, spec, reading), way),
});

/** Characters of a line that stand in its label whole. */
const labelMax = 60;

/** A long line, such as a key, is told by its beginning and a digest; a tab is shown as in diffs. */
function lineIdentity({ path, line, after }: LineSpec): string {
  const place = after === undefined ? path : `${path} ${after}`;
  const text = line.replaceAll('\t', '⇥');
  if (text.length <= labelMax) return `${place}: ${text}`;
  const digest = sha256Of(Buffer.from(line)).slice(0, 8);
  return `${place}: ${text.slice(0, labelMax - 12).trimEnd()}… ${digest}`;
}

function checkLine(spec: LineSpec): readonly string[] {
  const { path, line, replaces, ensure, validate } = spec;
  const problems = expressionProblems('replaces', replaces);
  const isOther =
    replaces !== undefined && problems.length === 0 && !expressionOf(replaces).test(line);
  return [
    ...pathProblems(path),
    ...(line.isWellFormed()
      ? []
      : ['Property line holds half of a surrogate pair, which UTF-8 cannot say.']),
    ...problems,
    ...(isOther
      ? ['Property replaces does not match the line itself: every run would add it once more.']
      : []),
    ...(replaces !== undefined && ensure === 'absent'
      ? ['Property replaces says nothing about a line that is to be absent.']
      : []),
    ...placeProblems(spec, [line]),
    ...validatorProblems(validate),
  ];
}

/** Errors: FILE_PLACE_MISSING */
function lineDiff(spec: LineSpec, reading: TextReading): readonly FieldDiff[] {
  const lines = observedLines(reading);
  const found = findLine(lines, spec);
  if (spec.ensure === 'absent') {
    return found === undefined || found.own.length === 0
      ? []
      : [{ field: 'exists', from: true, to: false }];
  }
  const { line } = spec;
  if (reading.is === 'present' && found === undefined) throw missingPlace(spec);
  const { own = [], rivals = [] } = found ?? {};
  if (own.length === 0 && rivals.length === 0) {
    return [
      { field: 'exists', from: false, to: true },
      { field: 'line', from: null, to: line },
    ];
  }
  const texts = rivals.map((index) => lines[index]?.text ?? '');
  if (rivals.length === 0 || (own.length === 1 && rivals.length === 1)) return [];
  if (texts.length === 1) return [{ field: 'line', from: texts[0] ?? '', to: line }];
  return [{ field: 'line', from: `${texts.join('\n')}\n`, to: `${line}\n`, form: 'text' }];
}
