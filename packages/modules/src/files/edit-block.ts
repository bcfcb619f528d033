import { reveal, type Secret } from '@hostwright/core';
import type { EditSpec } from './edited-file.ts';
import { partOf, type Splice, spliced, type TextLine } from './text-lines.ts';

export interface BlockSpec extends EditSpec {
  readonly name: string;
  readonly content?: string | Secret;
  readonly comment?: string;
}

/** The first and the last line of a block. */
export function marksOf({ name, comment = '#' }: BlockSpec): {
  readonly begin: string;
  readonly end: string;
} {
  return { begin: `${comment} BEGIN ${name}`, end: `${comment} END ${name}` };
}

/** The lines between the marks, however the author ends them. */
export function innerTexts(content: string | Secret | undefined): readonly string[] {
  const text = content === undefined ? '' : reveal(content).replace(/\r?\n$/, '');
  return text === '' ? [] : text.split(/\r?\n/);
}

/** The blocks of this name, as a rule one or none, with their marks; undefined where one has no end. */
export function findBlocks(
  lines: readonly TextLine[],
  spec: BlockSpec,
): readonly Pick<Splice, 'at' | 'count'>[] | undefined {
  const { begin, end } = marksOf(spec);
  const marks = lines.flatMap(({ text }, at) => (text === begin || text === end ? [at] : []));
  const isPaired = marks.every((at, index) => lines[at]?.text === (index % 2 === 0 ? begin : end));
  if (!isPaired || marks.length % 2 !== 0) return undefined;
  return marks.flatMap((at, index) =>
    index % 2 === 0 ? [{ at, count: (marks[index + 1] ?? at) - at + 1 }] : [],
  );
}

/** The block is there once, with what it is to say; or it is gone. A second time nothing changes. */
export function editBlock(
  lines: readonly TextLine[],
  spec: BlockSpec,
): readonly TextLine[] | undefined {
  const blocks = findBlocks(lines, spec);
  const { begin, end } = marksOf(spec);
  const texts = [begin, ...innerTexts(spec.content), end];
  const isGone = spec.ensure === 'absent';
  const changes = blocks?.map((block, index) => ({
    ...block,
    texts: index > 0 || isGone ? [] : texts,
  }));
  if (changes === undefined || changes.length > 0 || isGone) {
    return changes && spliced(lines, changes);
  }
  const part = partOf(lines, spec);
  if (part === undefined) return undefined;
  const at = spec.after === undefined ? part.end : part.start;
  return spliced(lines, [{ at, count: 0, texts }]);
}
