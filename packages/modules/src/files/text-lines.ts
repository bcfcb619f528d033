/** One line of a text. */
export interface TextLine {
  /** What it says, without its end; bytes that are no UTF-8 are U+FFFD here. */
  readonly text: string;
  /** Its bytes, one character each, so that what is not touched stays as it is. */
  readonly raw: string;
  /** `\n`, `\r\n`, or nothing: the last line may have no end. */
  readonly end: string;
}

export function linesOf(bytes: Buffer): readonly TextLine[] {
  const all = bytes.toString('latin1').matchAll(/([^\n]*?)(\r?\n|$)/g);
  return [...all].flatMap(([whole, raw = '', end = '']) => {
    if (whole === '') return [];
    return [{ text: Buffer.from(raw, 'latin1').toString(), raw, end }];
  });
}

export function bytesOf(lines: readonly TextLine[]): Buffer {
  return Buffer.from(lines.map(({ raw, end }) => raw + end).join(''), 'latin1');
}

/** Some lines of a text, by their positions, that are replaced by others. */
export interface Splice {
  readonly at: number;
  readonly count: number;
  readonly texts: readonly string[];
}

/** The text with these parts replaced, none of which overlap. New lines end as the first line of the text does. */
export function spliced(
  lines: readonly TextLine[],
  splices: readonly Splice[],
): readonly TextLine[] {
  const backwards = splices.toSorted((a, b) => b.at - a.at);
  return backwards.reduce(splicedOnce, lines);
}

function splicedOnce(
  lines: readonly TextLine[],
  { at, count, texts }: Splice,
): readonly TextLine[] {
  const end = lines.find((line) => line.end !== '')?.end ?? '\n';
  const before = lines.slice(0, at);
  const after = lines.slice(at + count);
  // A last line without an end stays one without, whatever it says; one that gets company needs its end.
  const isUnended = count > 0 && after.length === 0 && lines.at(-1)?.end === '';
  const added = texts.map((text, index): TextLine => {
    const isLast = index === texts.length - 1;
    const raw = Buffer.from(text).toString('latin1');
    return { text, raw, end: isUnended && isLast ? '' : end };
  });
  const last = before.at(-1);
  const ended =
    added.length > 0 && last?.end === '' ? [...before.slice(0, -1), { ...last, end }] : before;
  return [...ended, ...added, ...after];
}

/** Where in a text something belongs: between a line that matches `after` and the next one that matches `before`. */
export interface Place {
  readonly after?: string;
  readonly before?: string;
}

/** The lines from `start` to before `end`; undefined where no line matches `after`. */
export function partOf(
  lines: readonly TextLine[],
  { after, before }: Place,
): { readonly start: number; readonly end: number } | undefined {
  const start = after === undefined ? 0 : findFrom(lines, after, 0) + 1;
  if (after !== undefined && start === 0) return undefined;
  const end = before === undefined ? -1 : findFrom(lines, before, start);
  return { start, end: end < 0 ? lines.length : end };
}

function findFrom(lines: readonly TextLine[], source: string, from: number): number {
  const expression = expressionOf(source);
  return lines.findIndex(({ text }, index) => index >= from && expression.test(text));
}

/** A regular expression as it is declared: of JavaScript, with its Unicode rules, which take no needless backslash. */
export function expressionOf(source: string): RegExp {
  return new RegExp(source, 'u');
}

/** What is wrong with a regular expression, or with one that matches, or does not match, what it should. */
export function expressionProblems(name: string, source: string | undefined): readonly string[] {
  if (source === undefined) return [];
  try {
    expressionOf(source);
    return [];
  } catch (thrown) {
    const reason = String((thrown as Error).message).replace(/^.*: /, '');
    return [`Property ${name} is no regular expression: ${reason}.`];
  }
}

/** New lines that match what they stand before or after would be put there again by every run. */
export function placeProblems(place: Place, texts: readonly string[]): readonly string[] {
  return (['after', 'before'] as const).flatMap((name) => {
    const source = place[name];
    const problems = expressionProblems(name, source);
    if (source === undefined || problems.length > 0) return problems;
    const expression = expressionOf(source);
    return texts.some((text) => expression.test(text))
      ? [`Property ${name} matches what is to stand there itself.`]
      : [];
  });
}
