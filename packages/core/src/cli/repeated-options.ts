import { type Command, InvalidArgumentError } from 'commander';

/** Options that name some of many: given again, they name more. */
const lists: readonly string[] = ['limit', 'tags', 'skipTags'];

/** `--limit a --limit b` is `--limit a,b`. */
export function joined(text: string, before: string | undefined): string {
  return before === undefined ? text : `${before},${text}`;
}

/** Of two values commander takes the last and says nothing: here an option that is no list has one. */
export function refuseRepeated(command: Command): void {
  for (const option of command.options) {
    if (!option.required || lists.includes(option.attributeName())) continue;
    const { parseArg = (text: string) => text } = option;
    option.argParser((text: string, before: unknown) => {
      if (before !== undefined) throw new InvalidArgumentError('It is given twice.');
      return parseArg(text, before);
    });
  }
}
