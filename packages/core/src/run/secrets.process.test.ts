import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { RunEvent } from '../model/event.ts';
import { interpolate } from '../model/expression.ts';
import type { Playbook } from '../model/playbook.ts';
import { absent, present } from '../model/reading.ts';
import { reveal, Secret, secret } from '../model/secret.ts';
import { lines, pipeSecret, sh } from '../shell/sh.ts';
import { apply } from './apply.ts';
import { facts } from './facts.ts';
import { graph } from './graph.ts';
import { health } from './health.ts';
import { plan } from './plan.ts';
import { why } from './why.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-sinks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each looks like no other text, and has what quoting, JSON and URLs change. */
const content = `Kanarie 'one' "1" & Grüße 4711`;
const key = 'KEY OF CANARY LINE ONE\nline-two-of-canary-0815\n}\nline four, "quoted" canary';
const login = 'login-canary-2342';

/** Every piece of a canary that would give it away. */
const traces =
  /Kanarie|canary|Grüße 4711|KEY OF|login-|S2FuYXJpZ|Y2FuYXJ5|4b616e61726965|63616e617279/i;

const schema = Type.Object(
  {
    path: Type.String({ pattern: '^/', maxLength: 4096, description: 'File.' }),
    content: Type.Unsafe<string | Secret>(Type.String({ maxLength: 9999, description: 'Text.' })),
  },
  { additionalProperties: false },
);

/** Writes a file, and does on the way all that a careless command could: it prints what it was given, in many forms. */
const Careless = defineResource({
  kind: 'Careless',
  schema,
  keys: ['path'],
  secrets: ['content'],
  identity: (spec) => spec.path,
  driver: {
    via: 'shell',
    commands: [],
    probe: (specs) =>
      lines(specs.map(({ path }) => sh`if [ -e ${path} ]; then echo y; else echo n; fi`)),
    parse: ({ stdout }, specs) =>
      specs.map((_, index) => (stdout.split('\n')[index] === 'y' ? present('') : absent)),
    apply: (all) =>
      lines(
        all.map(
          ({ spec }) => sh`${pipeSecret(spec.content, sh`cat >${spec.path}`)}
text=$(cat ${spec.path})
echo "plain: $text"; echo "plain: $text" >&2
printf '%s' "$text" | base64; printf 'ab%s!' "$text" | base64 -w0; echo
printf '%s' "$text" | od -An -v -tx1 | tr -d ' \\n'; echo
printf '%.9s' "$text"; sleep 0.2; printf '%s\\n' "$text" | tail -c +10
set -x; : "$text"; set +x
case ${spec.path} in *fails*) rm ${spec.path}; exit 3 ;; esac`,
        ),
      ),
  },
  diff: (spec, reading) =>
    reading.is === 'present'
      ? []
      : [
          {
            field: 'content',
            from: null,
            to: spec.content instanceof Secret ? '<secret>' : spec.content,
            form: 'secret',
          },
        ],
  outputs: (spec) => ({ password: new Secret(reveal(spec.content)) }),
});

function bookIn(name: string) {
  const at = (file: string) => join(folder, name, file);
  mkdirSync(join(folder, name), { recursive: true });
  const first = Careless({ path: at('first'), content: secret(content) });
  const hosts = inventory({
    hosts: {
      here: { connection: 'local' },
      gone: {
        address: '127.0.0.1',
        ssh: { port: 1, config: null, agent: null, password: secret(login) },
      },
    },
  });
  const resources = () => [
    first,
    Careless({ path: at('key'), content: secret(key) }),
    Careless({ path: at('made'), content: interpolate`of ${first.out.password} made` }),
    Careless({
      path: at('mapped'),
      content: first.out.password.map((value) => `${reveal(value)}!`),
    }),
    Careless({ path: at('fails'), content: secret(`${content} fails`) }),
  ];
  return playbook({
    inventory: hosts,
    plays: [play({ hosts: 'here', resources }), play({ hosts: 'gone', resources: () => [] })],
  });
}

test('R10 no canary sings in events, plan, outcome and errors', async () => {
  const events: RunEvent[] = [];
  const book = bookIn('library');
  const onEvent = (event: RunEvent) => void events.push(event);
  const planned = await plan(book, { onEvent });
  const applied = await apply(book, { onEvent });
  const seen = { events, planned, applied };
  expect(JSON.stringify(seen)).not.toMatch(traces);
  expect(inspect(seen, { depth: 20, showHidden: true })).not.toMatch(traces);
  const shown = events.filter(({ type }) => type === 'step.output');
  expect(shown.length).toBeGreaterThan(10);
  const results = Object.fromEntries(
    applied.outcome.steps.map(({ label, result }) => [label.replace(/.*\/(\w+)\]/, '$1'), result]),
  );
  expect(results).toMatchObject({
    first: 'changed',
    made: 'changed',
    mapped: 'changed',
    fails: 'failed',
  });
  expect(readFileSync(join(folder, 'library/made'), 'utf8')).toBe(`of ${content} made`);
});

test('R10 no canary sings in what is thrown', async () => {
  const book = bookIn('thrown');
  const onEvent = (event: RunEvent) => {
    if (event.type === 'plan.ready') throw new Error(`The reporter saw ${content}`, { cause: key });
  };
  const thrown = await apply(book, { onEvent }).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ message: 'The reporter saw <secret>' });
  expect(inspect(thrown, { depth: 9, showHidden: true })).not.toMatch(traces);
});

test.each([
  ['graph', (book: Playbook) => graph(book)],
  ['why', (book: Playbook) => why(book, 'x')],
  ['health', (book: Playbook) => health(book)],
  ['facts', (book: Playbook) => facts(book, { onEvent: () => fail() })],
])('R10 no canary sings in what %s throws', async (_, call) => {
  const hosts = inventory({
    hosts: { here: { connection: 'local', ssh: { password: secret(login) } } },
  });
  const book = playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources: fail })] });
  const thrown = await call(book).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ message: expect.stringContaining('<secret>') });
  expect(inspect(thrown, { depth: 9, showHidden: true })).not.toMatch(traces);
});

function fail(): never {
  throw new Error(`The play says ${login}`);
}

beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

test.each([
  ['apply', '--yes'],
  ['apply', '--yes', '--json'],
  ['plan', '--json', '--out', 'plan.json'],
  ['apply', '--yes', ...['--journal', 'j', '--html', 'h', '--junit', 'x', '--report', 'r']],
])('R10 no canary sings in what `hostwright %s %s %s` prints and leaves', (...args) => {
  const here = fileURLToPath(import.meta.url);
  const cwd = mkdtempSync(join(folder, 'cli-'));
  const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(cwd, 'site.ts'), programOf(readFileSync(here, 'utf8'), cwd));
  const [verb = '', ...options] = args;
  const words = [main, verb, 'site.ts', ...options];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    cwd,
    env,
    encoding: 'utf8',
  });
  expect(stdout + stderr).not.toMatch(traces);
  expect(stdout).toContain('Careless');
  expect([2, 4, 5, 3, 1]).toContain(status);
  for (const name of readdirSync(cwd)) {
    if (name === 'site.ts' || name === 'site') continue;
    expect(readFileSync(join(cwd, name), 'utf8')).not.toMatch(traces);
  }
});

/** The part of this file that declares, as a playbook of its own. */
function programOf(text: string, cwd: string): string {
  const src = new URL('..', import.meta.url).href;
  const from = text.indexOf('/** Each looks like');
  const until = text.indexOf("test('R10 no canary sings in events");
  const imports = text
    .slice(0, text.indexOf('const folder ='))
    .split('\n')
    .filter(
      (line) =>
        line.includes("'../") ||
        line.includes("'node:fs'") ||
        line.includes("'node:path'") ||
        line.includes("'typebox'"),
    )
    .filter((line) => !line.includes('typebox'))
    .map((line) => line.replace("'../", `'${src}`));
  const typebox = import.meta.resolve('typebox');
  return `${imports.join('\n')}\nimport { Type } from '${typebox}';\nconst folder = ${JSON.stringify(cwd)};\n${text.slice(from, until)}\nexport default bookIn('site');\n`;
}
