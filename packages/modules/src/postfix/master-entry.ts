/** One entry of master.cf. A column holds its word; `-` is written out where it means the same everywhere. */
export interface MasterEntry {
  readonly private: string;
  readonly unprivileged: string;
  readonly chroot: string;
  readonly wakeup: string;
  /** A number, or `-` for default_process_limit. */
  readonly maxproc: string;
  readonly command: string;
  readonly options: Readonly<Record<string, string>>;
  /** The words behind the options. */
  readonly args: string;
}

/** What `-` means in a column, by master(5). For chroot that has been `n` since Postfix 3.0. */
export const entryDefaults: MasterEntry = {
  private: 'y',
  unprivileged: 'y',
  chroot: 'n',
  wakeup: '0',
  maxproc: '-',
  command: '',
  options: {},
  args: '',
};

/** The entries that `postconf -M` prints, one a line, by `name/type`. */
export function parseEntries(stdout: string): ReadonlyMap<string, MasterEntry> {
  const entries = new Map<string, MasterEntry>();
  for (const line of stdout.split('\n')) {
    const [name, type, priv, unprivileged, chroot, wakeup, maxproc, command, ...rest] =
      wordsOf(line);
    if (name === undefined || command === undefined) continue;
    const column = (word = '-', byDefault = '-') => (word === '-' ? byDefault : word);
    entries.set(`${name}/${type}`, {
      private: column(priv, entryDefaults.private),
      unprivileged: column(unprivileged, entryDefaults.unprivileged),
      chroot: column(chroot, entryDefaults.chroot),
      wakeup: column(wakeup, entryDefaults.wakeup),
      maxproc: column(maxproc),
      command,
      ...optionsIn(rest),
    });
  }
  return entries;
}

/** The entry as `postconf -M -e` takes it. A value with blanks in it stands in braces. */
export function entryText(name: string, type: string, entry: MasterEntry): string {
  const options = Object.entries(entry.options).map(([option, value]) =>
    /\s/.test(value) ? `-o {${option}=${value}}` : `-o ${option}=${value}`,
  );
  const columns = [entry.private, entry.unprivileged, entry.chroot, entry.wakeup, entry.maxproc];
  const words = [name, type, ...columns, entry.command, ...options, entry.args];
  return words.filter((word) => word !== '').join(' ');
}

/** True when every brace has its partner, without which Postfix does not find the end of a value. */
export function isBalanced(value: string): boolean {
  let depth = 0;
  for (const character of value) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function optionsIn(words: readonly string[]): Pick<MasterEntry, 'options' | 'args'> {
  const options: Record<string, string> = {};
  let at = 0;
  while (words[at] === '-o' || /^-o./.test(words[at] ?? '')) {
    const isApart = words[at] === '-o';
    const word = isApart ? (words[at + 1] ?? '') : (words[at] ?? '').slice('-o'.length);
    const pair = word.startsWith('{') ? word.slice(1, -1).trim() : word;
    const end = pair.indexOf('=');
    options[pair.slice(0, end).trim()] = pair.slice(end + 1).trim();
    at += isApart ? 2 : 1;
  }
  return { options, args: words.slice(at).join(' ') };
}

/** Words between blanks; one that begins with a brace reaches to its partner. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (const character of `${line} `) {
    if (/\s/.test(character) && depth === 0) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (character === '{' && (word === '' || depth > 0)) depth += 1;
    if (character === '}' && depth > 0) depth -= 1;
    word += character;
  }
  return words;
}
