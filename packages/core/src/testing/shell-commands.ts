/** One simple command of a script, as far as it can be read without running it. */
export interface ShellCommand {
  /** The words, quotes taken off; what is only known at run time (`$x`) stands as written. */
  readonly words: readonly string[];
  /** Redirections that could write: `>`, `>>`, `>|`, `<>`, with the word behind them. */
  readonly writes: readonly string[];
}

interface Reader {
  readonly text: string;
  readonly found: ShellCommand[];
  at: number;
  /** A quote was opened and never closed. */
  isOpen: boolean;
}

/** Words after which another command begins. */
const leaders = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', 'time']);

/**
 * The simple commands of a POSIX shell script, those in `$(…)` and backquotes as well. It reads what shell text of
 * resource types is made of; it is no shell: scripts inside quoted words (`sh -c '…'`, awk) are words to it.
 */
export function shellCommands(script: string): readonly ShellCommand[] {
  return readScript(script).found;
}

/** False for a script that ends inside a quote: joined to another one, it could pass for right. */
export function isClosed(script: string): boolean {
  return !readScript(script).isOpen;
}

function readScript(script: string): Reader {
  const reader: Reader = { text: script, found: [], at: 0, isOpen: false };
  while (reader.at < script.length) {
    readList(reader);
    reader.at += 1;
  }
  return reader;
}

/** Reads commands up to an unpaired `)` or the end. */
function readList(reader: Reader): void {
  let words: string[] = [];
  let writes: string[] = [];
  const end = () => {
    if (words.length > 0 || writes.length > 0) reader.found.push({ words, writes });
    words = [];
    writes = [];
  };
  while (reader.at < reader.text.length) {
    const rest = reader.text.slice(reader.at, reader.at + 3);
    const character = rest.charAt(0);
    if (character === ')') break;
    if (character === ' ' || character === '\t' || rest.startsWith('\\\n')) {
      reader.at += character === '\\' ? 2 : 1;
    } else if (character === '#') {
      skipLine(reader);
    } else if ('\n;&|'.includes(character)) {
      reader.at += 1;
      end();
    } else if (character === '(') {
      reader.at += 1;
      end();
      readList(reader);
      reader.at += 1;
    } else if (/^[<>]/.test(character)) {
      writes.push(...readRedirection(reader));
    } else {
      const word = readWord(reader);
      if (/^\d$/.test(word) && /[<>]/.test(reader.text.charAt(reader.at))) continue;
      if (words.length === 0 && leaders.has(word)) continue;
      words.push(word);
    }
  }
  end();
}

/** What the redirection writes to: empty for input, `/dev/null` and copies of descriptors. */
function readRedirection(reader: Reader): readonly string[] {
  const operator = /^(<<-?|<>|<&|<|>>|>\||>&|>)/.exec(reader.text.slice(reader.at, reader.at + 3));
  const sign = operator?.[0] ?? '';
  reader.at += sign.length;
  while (reader.text.charAt(reader.at) === ' ') reader.at += 1;
  const target = readWord(reader);
  if (sign.startsWith('<<')) {
    skipHereDocument(reader, target);
    return [];
  }
  if (sign === '<' || sign === '<&' || target === '/dev/null') return [];
  return sign === '>&' && /^(\d|-)$/.test(target) ? [] : [`${sign} ${target}`];
}

function skipHereDocument(reader: Reader, mark: string): void {
  const from = reader.text.indexOf('\n', reader.at);
  const to = reader.text.indexOf(`\n${mark}\n`, from);
  if (from < 0) return;
  // The rest of the line with the operator is given up with the document: nothing here is written that way.
  reader.at = to < 0 ? reader.text.length : to + mark.length + 1;
}

function readWord(reader: Reader): string {
  let word = '';
  while (reader.at < reader.text.length) {
    const character = reader.text.charAt(reader.at);
    if (' \t\n;&|()<>'.includes(character)) break;
    if (character === "'") word += readUntil(reader, "'");
    else if (character === '"') word += readDoubleQuoted(reader);
    else if (character === '\\') {
      word += reader.text.charAt(reader.at + 1);
      reader.at += 2;
    } else word += readPlain(reader);
  }
  return word;
}

function readDoubleQuoted(reader: Reader): string {
  let word = '';
  reader.at += 1;
  while (reader.at < reader.text.length && reader.text.charAt(reader.at) !== '"') {
    if (reader.text.charAt(reader.at) === '\\') {
      word += reader.text.charAt(reader.at + 1);
      reader.at += 2;
    } else word += readPlain(reader);
  }
  if (reader.at >= reader.text.length) reader.isOpen = true;
  reader.at += 1;
  return word;
}

/** One character, or one whole expansion. */
function readPlain(reader: Reader): string {
  const from = reader.at;
  if (reader.text.startsWith('$((', from)) {
    const end = reader.text.indexOf('))', from);
    reader.at = end < 0 ? reader.text.length : end + 2;
  } else if (reader.text.startsWith('$(', from)) {
    reader.at += 2;
    readList(reader);
    reader.at += 1;
  } else if (reader.text.charAt(from) === '`') {
    reader.found.push(...shellCommands(readUntil(reader, '`')));
  } else if (reader.text.startsWith('${', from)) {
    readUntil(reader, '}');
  } else reader.at += 1;
  return reader.text.slice(from, reader.at);
}

/** Moves past the next `mark` and returns what stood between. */
function readUntil(reader: Reader, mark: string): string {
  const from = reader.at + 1;
  const end = reader.text.indexOf(mark, from);
  if (end < 0) reader.isOpen = true;
  reader.at = end < 0 ? reader.text.length : end + 1;
  return reader.text.slice(from, end < 0 ? undefined : end);
}

function skipLine(reader: Reader): void {
  const end = reader.text.indexOf('\n', reader.at);
  reader.at = end < 0 ? reader.text.length : end;
}
