import { expect, test } from '@jest/globals';
import { parseCommandLine } from './command-line.ts';

const parse = (...args: string[]) => parseCommandLine(args, '1.2.3');
const noReports = { html: undefined, junit: undefined, journal: undefined, github: undefined };
const defaults = {
  ...{ json: false, forks: undefined, color: true, verbose: false, yes: false },
  ...noReports,
};

test('a verb, a playbook, and options on either side of it', () => {
  expect(parse('plan', 'mail.ts')).toEqual({
    is: 'run',
    verb: 'plan',
    playbook: 'mail.ts',
    options: defaults,
  });
  expect(parse('apply', '-y', 'mail.ts', '--forks', '20', '--no-color', '-v', '--json')).toEqual({
    is: 'run',
    verb: 'apply',
    playbook: 'mail.ts',
    options: { ...noReports, json: true, forks: 20, color: false, verbose: true, yes: true },
  });
});

test('reports are asked for by the names of their files', () => {
  expect(
    parse(
      'verify',
      'mail.ts',
      '--html',
      'a.html',
      '--junit',
      'b.xml',
      '--journal',
      'c',
      '--github',
    ),
  ).toMatchObject({
    options: { html: 'a.html', junit: 'b.xml', journal: 'c', github: true },
  });
  expect(parse('plan', 'mail.ts', '--no-github')).toMatchObject({ options: { github: false } });
});

test('hosts are asked by names, and a command stands behind two dashes', () => {
  const options = { json: false, forks: undefined, color: true, shell: false, timeout: undefined };
  expect(parse('ping', 'mail.ts', 'web', 'db1')).toEqual({
    is: 'hosts',
    verb: 'ping',
    playbook: 'mail.ts',
    hosts: ['web', 'db1'],
    command: [],
    options,
  });
  expect(parse('run', '-t', '5', 'mail.ts', 'web,db1', '--', 'df', '-h', '--json')).toEqual({
    is: 'hosts',
    verb: 'run',
    playbook: 'mail.ts',
    hosts: ['web', 'db1'],
    command: ['df', '-h', '--json'],
    options: { ...options, timeout: 5 },
  });
});

test('every verb teaches by example in its help', () => {
  for (const verb of ['ping', 'run', 'inventory']) {
    expect(parse(verb, '--help')).toMatchObject({
      text: expect.stringContaining(`  hostwright ${verb} site.ts`),
    });
  }
});

test('every help fits a terminal of 80 columns', () => {
  const verbs = ['plan', 'apply', 'verify', 'facts', 'graph', 'why', 'inventory', 'ping', 'run'];
  for (const verb of [...verbs, 'health', 'do', 'init', 'doctor', 'docs', 'completion']) {
    const { text } = parse('help', verb) as { text: string };
    expect([verb, text.split('\n').filter((row) => row.length > 80)]).toEqual([verb, []]);
  }
  const { text } = parse('--help') as { text: string };
  expect(text.split('\n').filter((row) => row.length > 80)).toEqual([]);
  expect(text).toMatch(/^ {2}completion +print what makes a shell complete/m);
  expect(text).toMatch(/[^\n]\n$/);
});

test('help and version are answers; the help without a command is none', () => {
  expect(parse('--version')).toEqual({ is: 'text', text: '1.2.3\n', isAnswer: true });
  expect(parse('--help')).toMatchObject({ is: 'text', isAnswer: true });
  expect(parse('help', 'apply')).toMatchObject({ is: 'text', isAnswer: true });
  expect(parse()).toMatchObject({ is: 'text', isAnswer: false });
});

test('the help teaches by example and lists the exit codes', () => {
  const { text } = parse('--help') as { text: string };
  expect(text).toContain('hostwright apply mail.ts --yes');
  expect(text).toContain('export default playbook({');
  expect(text).toContain('  130  ended by a signal\n');
});

test.each([
  [['plan'], "Missing required argument 'playbook'."],
  [['plam', 'x.ts'], "Unknown command 'plam' (Did you mean plan?)"],
  [
    ['plan', 'x.ts', 'y.ts'],
    "Too many arguments for 'plan'. Expected 1 argument but got 2: x.ts, y.ts.",
  ],
  [['plan', 'x.ts', '--yes'], "Unknown option '--yes'."],
  [['plan', '-f', '0', 'x.ts'], 'A whole number from 1 to 1000 is expected.'],
])('%j is not understood', (args, problem) => {
  const parsing = () => parse(...args);
  expect(parsing).toThrow(problem);
  expect(parsing).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

test('commands take what is theirs', () => {
  expect(parse('plan', '--out', 'p.json', '--max-removals', '5,20%', 'x.ts')).toMatchObject({
    options: { out: 'p.json', removalsMax: { count: 5, percent: 20 } },
  });
  expect(parse('apply', '--playbook', 'x.ts', 'p.json')).toMatchObject({
    playbook: 'p.json',
    options: { playbook: 'x.ts' },
  });
  expect(parse('why', 'x.ts', 'Note[a]', '--json')).toMatchObject({
    verb: 'why',
    resource: 'Note[a]',
    options: { json: true },
  });
  expect(parse('graph', 'x.ts', '--format', 'dot')).toMatchObject({ options: { format: 'dot' } });
  expect(() => parse('graph', 'x.ts', '--format', 'png')).toThrow('mermaid, dot, json');
  expect(() => parse('why', 'x.ts')).toThrow("Missing required argument 'resource'.");
});

test('help about what is no verb says so', () => {
  expect(() => parse('help', 'plna')).toThrow(
    /There is no command 'plna'. Did you mean ping or plan/,
  );
});
