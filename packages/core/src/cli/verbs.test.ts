import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parseCommandLine } from './command-line.ts';
import { verbs } from './verbs.ts';

const names = verbs.map(({ name }) => name);

function helpOf(verb: string): string {
  const help = parseCommandLine([verb, '--help'], '1.0.0');
  return help.is === 'text' ? help.text : '';
}

/** The words of a line of examples, as a shell has them: up to a pipe, a list or the remark behind. */
function wordsOf(line: string): readonly string[] {
  const [command = ''] = line.trim().split(/ \| | && | \|\| | > | >> | {2,}/);
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

test.each(names)('%s: the help has examples, and every one of them is understood', (verb) => {
  const examples = helpOf(verb).split('Examples:\n')[1]?.split('\n') ?? [];
  const commands = examples.filter((line) => line.startsWith('  hostwright '));
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) {
    const [, ...args] = wordsOf(command);
    expect({ command, is: parseCommandLine(args, '1.0.0').is }).not.toMatchObject({ is: 'text' });
    expect(args).toContain(verb);
  }
});

test.each(names)('%s prints for programs too', (verb) => {
  expect(helpOf(verb)).toContain('--json');
});

test('every verb has its place in the guide, and a process that tests it', () => {
  const guide = readFileSync(
    fileURLToPath(new URL('../../../../docs/guide/cli.md', import.meta.url)),
    'utf8',
  );
  const folder = fileURLToPath(new URL('./', import.meta.url));
  const tests = readdirSync(folder)
    .filter((name) => name.endsWith('.process.test.ts'))
    .map((name) => readFileSync(`${folder}${name}`, 'utf8'))
    .join('\n');
  expect(names.filter((verb) => !new RegExp(`hostwright ${verb}\\b`).test(guide))).toEqual([]);
  expect(names.filter((verb) => !new RegExp(`\\('?${verb}'|'${verb}', `).test(tests))).toEqual([]);
});
