/** Facts that the doc comment of a resource type states, in the order of its reference page. */
export const factLabels = ['Identity', 'Units', 'Cost', 'Errors', 'Source'] as const;

/** The doc comment of a resource type, taken apart. */
export interface DocComment {
  /** What it is: paragraphs of Markdown. */
  readonly paragraphs: readonly string[];
  /** By label: `Identity`, `Units`, … */
  readonly facts: ReadonlyMap<string, string>;
  /** Text behind each `@example`. */
  readonly examples: readonly string[];
}

/** Takes a block comment apart; `value` is what stands between the slash and star pairs. */
export function parseDocComment(value: string): DocComment {
  const lines = value.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const start = lines.findIndex((line) => line.startsWith('@example'));
  const prose = start < 0 ? lines : lines.slice(0, start);
  const blocks = blocksOf(prose);
  const facts = blocks.flatMap((block) => {
    const match = /^([A-Z][a-z]+): (.*)$/s.exec(block);
    return match?.[1] === undefined || match[2] === undefined || !isLabel(match[1])
      ? []
      : [[match[1], match[2]] as const];
  });
  const isFact = (block: string) => /^([A-Z][a-z]+): /.test(block) && isLabel(block.split(':')[0]);
  return {
    paragraphs: blocks.filter((block) => !isFact(block)),
    facts: new Map(facts),
    examples: start < 0 ? [] : examplesIn(lines.slice(start).join('\n')),
  };
}

/** Paragraphs, each on one line; a label begins a new one. Lists keep their lines. */
function blocksOf(lines: readonly string[]): readonly string[] {
  const blocks: string[] = [];
  let isOpen = false;
  for (const line of lines.map((text) => text.trim())) {
    const isItem = /^[-*\d]\.? /.test(line) && isOpen;
    if (line === '') isOpen = false;
    else if (!isOpen || isLabel(/^([A-Z][a-z]+): /.exec(line)?.[1])) {
      blocks.push(line);
      isOpen = true;
    } else blocks.push(`${blocks.pop() ?? ''}${isItem ? '\n' : ' '}${line}`);
  }
  return blocks;
}

function isLabel(word: string | undefined): boolean {
  return (factLabels as readonly (string | undefined)[]).includes(word);
}

function examplesIn(text: string): readonly string[] {
  const parts = text.split(/^@example\b/m).slice(1);
  return parts
    .map((part) => part.replaceAll(/^```\w*$/gm, '').trim())
    .filter((part) => part !== '');
}
