import { lineAt, nameOf, partOf, type SourceFile, walk } from '../../scripts/tree/source-file.ts';

/** Something with a length in lines. */
export interface Sized {
  readonly place: string;
  readonly lines: number;
}

export function fileSize(file: SourceFile): Sized {
  return { place: `${file.path}:1`, lines: file.text.trimEnd().split('\n').length };
}

/** Every function of a file, from its first line to its last; one inside another counts for both. */
export function functionSizes(file: SourceFile): readonly Sized[] {
  const found: Sized[] = [];
  walk(file.program, (node, ancestors) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))
      return;
    if (partOf(node, 'body') === undefined) return;
    const first = lineAt(file, node.start);
    const parent = ancestors.at(-1);
    const id = partOf(node, 'id') ?? (parent && (partOf(parent, 'key') ?? partOf(parent, 'id')));
    const name = nameOf(id) ?? 'a function';
    const lines = lineAt(file, node.end) - first + 1;
    found.push({ place: `${file.path}:${first} ${name}`, lines });
  });
  return found;
}

/** Everything longer than the limit, longest first. */
export function above(limit: number, sizes: readonly Sized[], remedy: string): readonly string[] {
  return sizes
    .filter(({ lines }) => lines > limit)
    .toSorted((a, b) => b.lines - a.lines)
    .map(({ place, lines }) => `${place} has ${lines} lines, limit ${limit} — ${remedy}`);
}

/** The value that `share` of all sizes do not exceed. */
export function quantile(sizes: readonly Sized[], share: number): number {
  const sorted = sizes.map(({ lines }) => lines).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
