import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'ssh-config';
import { HostwrightError } from '../model/errors.ts';
import { fileGlob, matchesGlob } from './glob.ts';
import { reasonOf } from './reason.ts';

/** Files that include each other in a circle end here, as they do for ssh. */
const includeDepthMax = 16;
/** Mode bit of a file that anyone may change, and with it where a host leads. */
const writableByAll = 0o002;

/** One directive with its words, a block with its condition, or what the files of an `Include` say. */
export type ConfigNode =
  | { readonly is: 'setting'; readonly keyword: string; readonly words: readonly string[] }
  | { readonly is: 'block'; readonly condition: Condition; readonly body: readonly ConfigNode[] }
  | {
      readonly is: 'include';
      readonly patterns: readonly string[];
      readonly body: readonly ConfigNode[];
    };

interface Condition {
  readonly keyword: 'host' | 'match';
  readonly words: readonly string[];
  readonly file: string;
}

/** What OpenSSH client configuration files say, read and not yet asked for a host. */
export type SshConfig = readonly ConfigNode[];

/** What ssh would know from its command line. */
export interface SshConfigQuery {
  /** The word after `ssh`: an alias, a name or an address. */
  readonly alias: string;
  /** User of the inventory, as `ssh -l` gives it. */
  readonly user: string | undefined;
  /** Who runs this. */
  readonly localUser: string;
}

export interface SshConfigAnswer {
  /** First value of each keyword, in lower case, as words. IdentityFile has one word for each line. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** One sentence for each block that could not be judged and was left out. */
  readonly warnings: readonly string[];
}

/**
 * Reads configuration files with all that they include; one that does not exist says nothing.
 *
 * Errors: TRANSPORT_SSH_CONFIG_INVALID for a file that cannot be read or parsed.
 */
export async function readSshConfig(
  files: readonly string[],
  homeFolder: string,
): Promise<SshConfig> {
  const read = files.map((file) => readOne(file, { homeFolder, base: dirname(file), depth: 0 }));
  return (await Promise.all(read)).map((body) => ({ is: 'include', patterns: [], body }));
}

/**
 * The text of a configuration file. What it includes is named and not read. The library that reads it is not asked for values: its
 * own evaluation runs the commands of `Match exec`.
 *
 * Errors: TRANSPORT_SSH_CONFIG_INVALID for what cannot be parsed.
 */
export function parseSshConfig(text: string, file: string): SshConfig {
  try {
    return nodesOf(parse(text), file);
  } catch (cause) {
    throw invalid(`The SSH configuration ${file} cannot be parsed: ${reasonOf(cause)}.`, cause);
  }
}

/**
 * What the files say about one host, by the rules of ssh_config(5): the first value of a keyword wins, blocks count in
 * their order, and `Match final` asks for a second pass. No command is ever run and no name looked up: a block with
 * `Match exec` does not count, and a warning says so.
 */
export function lookUpSshConfig(config: SshConfig, query: SshConfigQuery): SshConfigAnswer {
  const lookup = new Lookup(query);
  lookup.walk(config);
  if (lookup.wantsFinalPass) lookup.finalPass(config);
  return { values: lookup.values, warnings: [...lookup.warnings] };
}

class Lookup {
  readonly values = new Map<string, readonly string[]>();
  readonly warnings = new Set<string>();
  wantsFinalPass = false;
  #isFinal = false;
  readonly #query: SshConfigQuery;
  /** What Host patterns are held against. */
  #name: string;

  constructor(query: SshConfigQuery) {
    this.#query = query;
    this.#name = query.alias;
    if (query.user !== undefined) this.values.set('user', [query.user]);
  }

  walk(nodes: readonly ConfigNode[]): void {
    for (const node of nodes) {
      if (node.is === 'setting') this.#set(node.keyword, node.words);
      else if (node.is === 'include' || this.#holds(node.condition)) this.walk(node.body);
    }
  }

  finalPass(config: SshConfig): void {
    this.#isFinal = true;
    this.#name = this.#hostName();
    this.walk(config);
  }

  #set(keyword: string, words: readonly string[]): void {
    const held = this.values.get(keyword);
    if (held === undefined) this.values.set(keyword, words);
    else if (keyword === 'identityfile') {
      this.values.set(keyword, [...held, ...words.filter((word) => !held.includes(word))]);
    }
  }

  #holds({ keyword, words, file }: Condition): boolean {
    return keyword === 'host' ? matchesPatterns(words, this.#name) : this.#matches(words, file);
  }

  /** Criteria in their order, as ssh tests them. What cannot be tested here makes the block count as not meant. */
  #matches(words: readonly string[], file: string): boolean {
    let isMet = true;
    let index = 0;
    while (index < words.length) {
      const word = words[index] ?? '';
      const isNegated = word.startsWith('!');
      const criterion = (isNegated ? word.slice(1) : word).toLowerCase();
      const takesValue = !['all', 'canonical', 'final'].includes(criterion);
      const value = takesValue ? (words[index + 1] ?? '') : '';
      index += takesValue ? 2 : 1;
      if (!isMet) continue;
      const found = this.#judge(criterion, value);
      if (found === undefined) {
        this.warnings.add(
          `A Match block of ${file} was left out: its ${criterion} is not tested, since no command is run and no network asked.`,
        );
      }
      isMet = found !== undefined && found !== isNegated;
    }
    return isMet;
  }

  /** Undefined for what only a command or the network could tell. */
  #judge(criterion: string, value: string): boolean | undefined {
    const patterns = value.split(',');
    switch (criterion) {
      case 'all':
        return true;
      // ssh makes no difference between them in the second pass.
      case 'canonical':
        return this.#isFinal;
      case 'final':
        this.wantsFinalPass = true;
        return this.#isFinal;
      case 'host':
        return matchesName(patterns, this.#hostName());
      case 'originalhost':
        return matchesName(patterns, this.#query.alias);
      case 'user':
        return matchesPatterns(patterns, this.values.get('user')?.[0] ?? this.#query.localUser);
      case 'localuser':
        return matchesPatterns(patterns, this.#query.localUser);
      default:
        return undefined;
    }
  }

  #hostName(): string {
    const { alias } = this.#query;
    return (this.values.get('hostname')?.[0] ?? alias).replace(/%([%h])/g, (_, token: string) =>
      token === 'h' ? alias : token,
    );
  }
}

/** The rule of ssh_config(5), PATTERNS: one pattern matches, and no negated one does. */
function matchesPatterns(patterns: readonly string[], name: string): boolean {
  const isMatch = (pattern: string) => matchesGlob(pattern, name);
  const excluded = patterns.filter((pattern) => pattern.startsWith('!'));
  if (excluded.some((pattern) => isMatch(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && isMatch(pattern));
}

/** Match compares names of hosts in lower case; Host does not. */
function matchesName(patterns: readonly string[], name: string): boolean {
  return matchesPatterns(
    patterns.map((pattern) => pattern.toLowerCase()),
    name.toLowerCase(),
  );
}

interface ReadSettings {
  readonly homeFolder: string;
  /** Where relative names of included files begin: the folder of the file that was read first. */
  readonly base: string;
  readonly depth: number;
}

async function readOne(file: string, settings: ReadSettings): Promise<readonly ConfigNode[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
    if (((await stat(file)).mode & writableByAll) !== 0) {
      throw invalid(`The SSH configuration ${file} can be written by every user.`);
    }
  } catch (cause) {
    if (cause instanceof HostwrightError) throw cause;
    const reason = reasonOf(cause);
    if (reason === 'ENOENT') return [];
    throw invalid(`The SSH configuration ${file} cannot be read: ${reason}.`, cause);
  }
  if (settings.depth > includeDepthMax) {
    throw invalid(`${file} is included more than ${includeDepthMax} files deep.`);
  }
  return withIncluded(parseSshConfig(text, file), settings);
}

function nodesOf(lines: ReturnType<typeof parse>, file: string): readonly ConfigNode[] {
  const nodes: ConfigNode[] = [];
  for (const line of lines) {
    if (!('param' in line)) continue;
    const keyword = line.param.toLowerCase();
    const { value } = line;
    const words = typeof value === 'string' ? [value] : value.map(({ val }) => val);
    if ('config' in line && (keyword === 'host' || keyword === 'match')) {
      const body = nodesOf(line.config, file);
      nodes.push({ is: 'block', condition: { keyword, words, file }, body });
    } else if (keyword === 'include') {
      nodes.push({ is: 'include', patterns: words, body: [] });
    } else {
      nodes.push({ is: 'setting', keyword, words });
    }
  }
  return nodes;
}

function withIncluded(
  nodes: readonly ConfigNode[],
  settings: ReadSettings,
): Promise<readonly ConfigNode[]> {
  const read = nodes.map(async (node): Promise<ConfigNode> => {
    if (node.is === 'setting') return node;
    const body =
      node.is === 'block'
        ? await withIncluded(node.body, settings)
        : await readIncluded(node.patterns, settings);
    return { ...node, body };
  });
  return Promise.all(read);
}

async function readIncluded(
  patterns: readonly string[],
  settings: ReadSettings,
): Promise<readonly ConfigNode[]> {
  const nodes: ConfigNode[] = [];
  for (const pattern of patterns) {
    const path = pattern.startsWith('~/')
      ? join(settings.homeFolder, pattern.slice(2))
      : pattern.startsWith('/')
        ? pattern
        : join(settings.base, pattern);
    for (const file of await filesLike(path)) {
      const body = await readOne(file, { ...settings, depth: settings.depth + 1 });
      nodes.push({ is: 'include', patterns: [], body });
    }
  }
  return nodes;
}

/** Files that a pattern of the shell names, in order. A folder that is not there has none. */
async function filesLike(pattern: string): Promise<readonly string[]> {
  const [first = '', ...parts] = pattern.split('/');
  let found: readonly string[] = [first];
  for (const part of parts) {
    if (!/[*?[]/.test(part)) {
      found = found.map((folder) => `${folder}/${part}`);
      continue;
    }
    const listed = found.map(async (folder) => {
      const names = await readdir(`${folder}/`).catch(() => []);
      const pattern = fileGlob(part);
      const isMeant = (name: string) => pattern.test(name) && !name.startsWith('.');
      return names
        .filter(isMeant)
        .toSorted()
        .map((name) => `${folder}/${name}`);
    });
    found = (await Promise.all(listed)).flat();
  }
  return found;
}

function invalid(problem: string, cause?: unknown): HostwrightError {
  return new HostwrightError('TRANSPORT_SSH_CONFIG_INVALID', { problem, cause });
}
