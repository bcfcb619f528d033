import type { EditSpec } from './edited-file.ts';
import { expressionOf, partOf, type Splice, spliced, type TextLine } from './text-lines.ts';

export interface LineSpec extends EditSpec {
  readonly line: string;
  readonly replaces?: string;
}

/** Where in the file the line is, and what is to go for it. */
interface FoundLine {
  readonly own: readonly number[];
  /** Lines that `replaces` matches, with the line itself. */
  readonly rivals: readonly number[];
  /** Where a new line goes. */
  readonly at: number;
}

export function findLine(lines: readonly TextLine[], spec: LineSpec): FoundLine | undefined {
  const part = partOf(lines, spec);
  if (part === undefined) return undefined;
  const positions = lines.flatMap((_, index) =>
    index >= part.start && index < part.end ? [index] : [],
  );
  const having = (test: (text: string) => boolean) =>
    positions.filter((index) => test(lines[index]?.text ?? ''));
  const expression = spec.replaces === undefined ? undefined : expressionOf(spec.replaces);
  return {
    own: having((text) => text === spec.line),
    rivals: expression === undefined ? [] : having((text) => expression.test(text)),
    at: spec.after === undefined ? part.end : part.start,
  };
}

/** The line is there, and what it replaces is not; or it is gone. A second time nothing changes. */
export function editLine(
  lines: readonly TextLine[],
  spec: LineSpec,
): readonly TextLine[] | undefined {
  const found = findLine(lines, spec);
  if (spec.ensure === 'absent') return spliced(lines, (found?.own ?? []).map(removal));
  if (found === undefined) return undefined;
  const { own, rivals, at } = found;
  const texts = [spec.line];
  const kept = own[0] ?? rivals[0];
  const removals = rivals.filter((index) => index !== kept).map(removal);
  if (own.length > 0) return spliced(lines, removals);
  const addition = kept === undefined ? { at, count: 0, texts } : { at: kept, count: 1, texts };
  return spliced(lines, [...removals, addition]);
}

function removal(at: number): Splice {
  return { at, count: 1, texts: [] };
}
