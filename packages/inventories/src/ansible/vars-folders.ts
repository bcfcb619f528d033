import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { NotCarried } from '../carried.ts';
import { isRecord } from '../read-source.ts';
import type { AnsibleVars } from './draft.ts';
import { readYaml } from './read-yaml.ts';

const extensions = ['', '.yml', '.yaml', '.json'];

export interface FoundVars {
  readonly vars: AnsibleVars;
  readonly notes: readonly NotCarried[];
}

/** What `group_vars/NAME`, or `host_vars/NAME`, says: a file, or all files of a folder, a later one over an earlier one. */
export function folderVars(
  base: string,
  folder: 'group_vars' | 'host_vars',
  name: string,
): FoundVars {
  const stem = join(base, folder, name);
  const found = extensions
    .map((extension) => `${stem}${extension}`)
    .find((path) => existsSync(path));
  const files = found === undefined ? [] : isFolder(found) ? filesIn(found) : [found];
  const read = files.map((file) => fileVars(file));
  return {
    vars: Object.assign({}, ...read.map(({ vars }) => vars)),
    notes: read.flatMap(({ notes }) => notes),
  };
}

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(folder).sort((one, other) => (one < other ? -1 : 1));
  return names.flatMap((name) => {
    if (name.startsWith('.') || name.endsWith('~')) return [];
    const path = join(folder, name);
    if (isFolder(path)) return extname(name) === '' ? filesIn(path) : [];
    return extensions.includes(extname(name)) ? [path] : [];
  });
}

function fileVars(path: string): FoundVars {
  const text = readFileSync(path, 'utf8');
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    const why = 'it is encrypted by Ansible Vault; give its values as secret(…) in the inventory';
    return { vars: {}, notes: [{ where: path, what: 'the file', why, isLost: true }] };
  }
  const vars = readYaml(text, path) ?? {};
  if (isRecord(vars)) return { vars, notes: [] };
  const why = 'it is no mapping of names to values';
  return { vars: {}, notes: [{ where: path, what: 'the file', why, isLost: true }] };
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}
