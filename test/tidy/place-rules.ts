import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TreeFile } from '../../scripts/tree/tree.ts';
import { type Finding, findingAt } from './finding.ts';

/** Paths that exist on one machine only. `/home/NAME` of a host under management is such a path in sources only. */
const machinePaths = /(?<![\w.$}])\/(?:work|Users|private\/var|mnt\/[a-z]\/Users)\/[\w.-]+/g;

/** Hosts of package registries and mirrors that everyone may know. */
const publicHosts =
  /(^|\.)(npmjs\.org|npmjs\.com|debian\.org|nodejs\.org|ubuntu\.com|github\.com|pnpm\.io|vagrantup\.com)$/;

/** Host names of the registries and mirrors that this machine uses, so that none of them gets into a file. */
export function privateMirrors(): readonly string[] {
  const files = [
    join(homedir(), '.npmrc'),
    '/etc/npmrc',
    '/usr/local/etc/npmrc',
    '/etc/apt/sources.list',
    ...entriesOf('/etc/apt/sources.list.d'),
    ...entriesOf('/etc/apt/apt.conf.d'),
  ];
  const settings = Object.entries(process.env).flatMap(([name, value]) =>
    /registry|mirror|proxy/i.test(name) ? [value ?? ''] : [],
  );
  const texts = [
    ...files.filter(existsSync).map((file) => readFileSync(file, 'utf8')),
    ...settings,
  ];
  const hosts = texts.flatMap((text) =>
    [...text.matchAll(/https?:\/\/(?:[^\s/@]*@)?([\w.-]+)/g)].flatMap(({ 1: host }) => host ?? []),
  );
  const isPrivate = (host: string) =>
    !publicHosts.test(host) && !/^(127\.|localhost$|::1$)/.test(host);
  return [...new Set(hosts)].filter(isPrivate);
}

function entriesOf(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** Places of the machine at hand that got into the tree. */
export function placeFindings(file: TreeFile, mirrors: readonly string[]): readonly Finding[] {
  const found = [...file.text.matchAll(machinePaths)].map(({ 0: path, index }) =>
    findingAt(file, index, `the path ${path}`, 'name it relative to the repository'),
  );
  const hosts = mirrors
    .filter((host) => file.text.includes(host))
    .map((host) =>
      findingAt(file, file.text.indexOf(host), 'a mirror', "take it from the machine's settings"),
    );
  return [...found, ...hosts];
}
