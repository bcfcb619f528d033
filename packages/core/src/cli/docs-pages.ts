import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorTable } from '../model/error-table.ts';
import { HostwrightError } from '../model/errors.ts';
import { suggestion } from '../model/near-names.ts';

/** The packed package brings its documentation along; in the repository it stands at the top. */
const folders = ['../../docs', '../../../../docs'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const parts = ['guide', 'reference'] as const;

export interface DocsTopic {
  /** What people type: `start`, `UfwRule`, `APPLY_FAILED`. */
  readonly name: string;
  readonly part: (typeof parts)[number] | 'error';
  readonly title: string;
  readonly markdown: () => string;
}

/** Names of all topics, as a shell completes them. */
export function docsTopics(): readonly string[] {
  return allTopics().map(({ name }) => name);
}

/** Guides, resource types, error codes. */
export function allTopics(): readonly DocsTopic[] {
  const folder = folders.find((path) => existsSync(join(path, 'guide')));
  const pages =
    folder === undefined ? [] : parts.flatMap((part) => pagesIn(join(folder, part), part));
  const codes = Object.entries(errorTable).map(
    ([name, row]): DocsTopic => ({
      ...{ name, part: 'error', title: row.title },
      markdown: () =>
        `# ${name}\n\n${row.title}\n\n→ ${row.remedy}\n\nRaised by \`${row.stage}\`; the command line exits with ${row.exitCode}.\n`,
    }),
  );
  return [...pages, ...codes];
}

function pagesIn(folder: string, part: DocsTopic['part']): readonly DocsTopic[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries
    .filter((path) => path.endsWith('.md') && basename(path) !== 'index.md')
    .toSorted()
    .map((path) => {
      const markdown = readFileSync(join(folder, path), 'utf8');
      const title = /^# (.+)$/m.exec(markdown)?.[1] ?? basename(path, '.md');
      // A resource type is called as in a playbook, anything else as its file.
      const name = path.includes('/') ? title : basename(path, '.md');
      return { name, part, title, markdown: () => markdown };
    });
}

/**
 * The topic that a word means, whatever its case and hyphens.
 * Errors: USAGE, with what comes near.
 */
export function findTopic(word: string): DocsTopic {
  const topics = allTopics();
  const found = topics.find(({ name }) => plain(name) === plain(word));
  if (found !== undefined) return found;
  const names = topics.map(({ name }) => name);
  const near = suggestion(word, names);
  throw new HostwrightError('USAGE', {
    problem: `There is no page about ${word}.`,
    remedy: near.startsWith('Did') ? near : '`hostwright docs` lists every topic.',
  });
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
