/** Writes what the demo does, for a person who watches. */
export interface Stage {
  /** A heading: what comes now. */
  act(title: string): void;
  say(line: string): void;
  /** Something that holds, and what was seen. */
  good(name: string, seen: string): void;
  bad(name: string, seen: string): void;
}

/** On standard output; colours where it is a terminal that has them. */
export function stageOn(stream: NodeJS.WriteStream): Stage {
  const hasColors = stream.isTTY === true && stream.hasColors();
  const color = (code: number, text: string) =>
    hasColors ? `\u001b[${code}m${text}\u001b[0m` : text;
  let acts = 0;
  return {
    act(title) {
      acts += 1;
      stream.write(`\n${color(1, `${acts}. ${title}`)}\n`);
    },
    say: (line) => void stream.write(`   ${line}\n`),
    good: (name, seen) =>
      void stream.write(`   ${color(32, '✔')} ${name}\n     ${oneLine(seen)}\n`),
    bad: (name, seen) => void stream.write(`   ${color(31, '✘')} ${name}\n     ${oneLine(seen)}\n`),
  };
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\r?\n\s*/g, ' | ');
}
