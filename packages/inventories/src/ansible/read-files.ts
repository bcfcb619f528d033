import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { HostwrightError } from '@hostwright/core';
import type { InventorySource, NotCarried } from '../carried.ts';
import { parseJson, readSource } from '../read-source.ts';
import { type Draft, newDraft } from './draft.ts';
import { parseIni } from './parse-ini.ts';
import { isList, parseList } from './parse-list.ts';
import { parseTree } from './parse-tree.ts';
import { readYaml } from './read-yaml.ts';

/** How the text is to be read; by the name of the file and its first lines when left out. */
export type AnsibleFormat = 'ini' | 'yaml' | 'json';

export interface ReadFiles {
  readonly draft: Draft;
  /** Folders beside which `group_vars` and `host_vars` stand. */
  readonly bases: readonly string[];
  readonly notes: readonly NotCarried[];
}

/** What Ansible passes over in the folder of an inventory. */
const passedOver = /(~|\.(pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))$/;

/** Errors: INVENTORY_INVALID. */
export function readFiles(source: InventorySource, format: AnsibleFormat | undefined): ReadFiles {
  const draft = newDraft();
  if ('text' in source) {
    return { draft, bases: [], notes: takeText(draft, source.text, 'the inventory', format) };
  }
  const { path } = source;
  if (!isFolder(path))
    return { draft, bases: [dirname(path)], notes: takeFile(draft, path, format) };
  const { bases, notes } = takeFolder(draft, path);
  return { draft, bases, notes };
}

function takeFolder(
  draft: Draft,
  folder: string,
): { readonly bases: readonly string[]; readonly notes: readonly NotCarried[] } {
  const bases = [folder];
  const notes: NotCarried[] = [];
  for (const name of readdirSync(folder).sort((one, other) => (one < other ? -1 : 1))) {
    const path = join(folder, name);
    if (name === 'group_vars' || name === 'host_vars' || name.startsWith('.')) continue;
    if (passedOver.test(name)) {
      notes.push({ where: path, what: 'the file', why: 'Ansible passes it over', isLost: false });
    } else if (isFolder(path)) {
      const inner = takeFolder(draft, path);
      bases.push(...inner.bases);
      notes.push(...inner.notes);
    } else {
      notes.push(...takeFile(draft, path, undefined));
    }
  }
  return { bases, notes };
}

function takeFile(draft: Draft, path: string, format: AnsibleFormat | undefined) {
  if (isExecutable(path)) {
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: `${path} is a program, and is not run.`,
      remedy:
        'Pass on what `ansible-inventory --list` prints for it, or take its execute bit away.',
    });
  }
  return takeText(draft, readSource({ path }), path, format ?? formats[extname(path)]);
}

const formats: Readonly<Record<string, AnsibleFormat>> = {
  '.yml': 'yaml',
  '.yaml': 'yaml',
  '.json': 'json',
  '.ini': 'ini',
};

function takeText(
  draft: Draft,
  text: string,
  name: string,
  format: AnsibleFormat | undefined,
): readonly NotCarried[] {
  const as = format ?? formatOfText(text);
  if (as === 'ini') {
    parseIni(draft, text, name);
    return [];
  }
  const tree = as === 'json' ? parseJson(text, name) : readYaml(text, name);
  if (!isList(tree)) return parseTree(draft, tree, name);
  parseList(draft, tree);
  return [];
}

/** An INI file never begins with a brace, three dashes, or a name and a colon that ends the line. */
function formatOfText(text: string): AnsibleFormat {
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[#;]/.test(line)) ?? '';
  if (first.trim().startsWith('{')) return 'json';
  return /^(---|[^\s=[]+:\s*(#.*)?$)/.test(first) ? 'yaml' : 'ini';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** For root every file that anybody may run is one. */
function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
