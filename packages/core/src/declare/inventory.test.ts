import { expect, test } from '@jest/globals';
import { interpolate } from '../model/expression.ts';
import { reveal, type Secret, secret } from '../model/secret.ts';
import { Note } from '../testing/note.ts';
import { inventory } from './inventory.ts';
import { play, playbook } from './play.ts';

test('a host takes its variables from defaults, groups and itself, in that order', () => {
  const hosts = inventory({
    vars: { port: 25, name: 'x', tries: 1 },
    groups: { mail: { vars: { port: 26, tries: 2 } } },
    hosts: { a: { groups: ['mail'], vars: { tries: 3 } }, b: {} },
  });
  expect(hosts.hosts.get('a')?.vars).toEqual({ port: 26, name: 'x', tries: 3 });
  expect(hosts.hosts.get('b')?.vars).toEqual({ port: 25, name: 'x', tries: 1 });
});

test('an unknown group or variable does not compile', () => {
  const hosts = inventory({ vars: { port: 25 }, hosts: { a: { groups: ['mail'] } } });
  const typed = hosts.play({ hosts: 'mail', resources: ({ vars }) => [vars.port > 3 && null] });
  // @ts-expect-error the inventory has no such group
  hosts.play({ hosts: 'mial', resources: () => [] });
  // @ts-expect-error there is no such variable
  hosts.play({ hosts: 'a', resources: ({ vars }) => [vars.prot > 3 && null] });
  const plain = play({ hosts: 'controller', resources: ({ facts }) => [facts.cpus > 1 && null] });
  expect(playbook({ inventory: hosts, plays: [typed, plain] }).plays).toHaveLength(2);
  const wrong = play({ hosts: 'mial', resources: () => [] });
  // @ts-expect-error the inventory has no such group
  expect(playbook({ inventory: hosts, plays: [wrong] }).plays).toHaveLength(1);
});

test('what is wrong with an inventory is said at its line, in words', () => {
  const wrong = () => inventory({ hosts: { a: { address: 'a b', user: '-x' } } });
  expect(wrong).toThrow(
    expect.objectContaining({
      code: 'INVENTORY_INVALID',
      problem:
        'Host "a": address "a b" is no host name, IP address or alias. Host "a": user "-x" is no name of a user.',
      source: { file: expect.stringContaining('inventory.test.ts'), line: expect.any(Number) },
    }),
  );
});

test('every problem of an inventory is named at once', () => {
  const input = {
    hosts: {
      'a b': { ssh: { port: 70000 } },
      all: { adress: 'x' },
      c: { become: { password: 'x' } },
    },
  };
  // @ts-expect-error the types refuse it too
  expect(() => inventory(input)).toThrow(
    /"a b".*ssh\.port.*70000.*"all".*"adress".*reserved.*become\.password must be a secret/s,
  );
});

test('a port that is no number is named as what it is', () => {
  const withPort = (port: unknown) => () =>
    inventory({ hosts: { a: { ssh: { port } } } } as Parameters<typeof inventory>[0]);
  expect(withPort(Number('ssh'))).toThrow('found NaN.');
  expect(withPort('22')).toThrow('found "22".');
});

test('the user is left to the SSH configuration where nothing is said', () => {
  const hosts = inventory({ defaults: {}, hosts: { a: {}, b: { user: 'me' } } });
  expect(hosts.hosts.get('a')?.user).toBeUndefined();
  expect(hosts.hosts.get('b')?.user).toBe('me');
});

test('ways to become another user, and files, are checked', () => {
  const input = {
    hosts: {
      a: { become: { method: 'runas' } },
      b: { become: { method: 'doas', password: secret('x') } },
      c: { ssh: { config: '', identitiesOnly: 'yes', jump: { user: 'x' } } },
    },
  };
  // @ts-expect-error the types refuse it too
  expect(() => inventory(input)).toThrow(
    /"a": become\.method must be 'sudo', 'su' or 'doas'.*"b": doas reads a password from a terminal.*"c": ssh\.config.*ssh\.identitiesOnly.*ssh\.jump: address/s,
  );
  const jump = { address: 'bastion' };
  expect(inventory({ hosts: { d: { ssh: { config: null, jump } } } }).hosts.size).toBe(1);
});

test('what is said for all hosts is checked as what is said for one', () => {
  const of = (defaults: object) => () => inventory({ hosts: { a: {} }, defaults });
  expect(of({ ssh: { password: 'plain' } })).toThrow(
    /Property defaults: ssh\.password must be a secret/,
  );
  expect(of({ become: { password: 'plain' } })).toThrow(
    /Property defaults: become\.password must be/,
  );
  expect(of({ user: 'no user', ssh: { port: 0 } })).toThrow(
    /Property defaults: user "no user".*Property defaults: ssh\.port must be/,
  );
  expect(of({ adress: 'x' })).toThrow(/Property defaults has no property "adress"/);
  expect(of({ user: 'deploy', ssh: { port: 2222 }, become: true })().hosts.size).toBe(1);
});

test.each(['yes', 1, []])('become says true, false or how: %j', (become) => {
  expect(() => inventory({ hosts: { a: { become: become as never } } })).toThrow(
    /"a": become must be true, false or an object/,
  );
});

test('what a play, a playbook or a declaration has no property for is refused, and not passed over', () => {
  const hosts = inventory({ hosts: { a: {} } });
  const resources = () => [];
  // @ts-expect-error the types refuse it too
  expect(() => hosts.play({ hosts: 'a', resources, become: true })).toThrow(
    /A play has no property "become"/,
  );
  // @ts-expect-error the types refuse it too
  expect(() => playbook({ inventory: hosts, plays: [], play: [] })).toThrow(
    /no property "play"\. Did you mean plays\?/,
  );
  // @ts-expect-error the types refuse it too
  expect(() => playbook({ inventory: hosts, plays: [{ hosts: 'a', resources }] })).toThrow(
    /needs \{ inventory/,
  );
  const spec = { path: '/x', text: '' };
  // @ts-expect-error the types refuse it too
  expect(() => Note(spec, { need: [] })).toThrow(/second argument of Note.*Did you mean needs\?/);
  // @ts-expect-error the types refuse it too
  expect(() => Note(spec, { needs: ['Note[/y]'] })).toThrow(/needs is an array of declarations/);
  // @ts-expect-error the types refuse it too
  expect(() => Note(spec, { tags: 'a' })).toThrow(/tags is an array of texts/);
});

test('a secret may be a variable, and a text that it is put into is known at once', () => {
  const hosts = inventory({
    vars: { password: secret('') },
    hosts: { a: { vars: { password: secret('geheim') } } },
  });
  const vars = { password: hosts.hosts.get('a')?.vars.password as Secret };
  hosts.play({
    hosts: 'a',
    resources: ({ vars: { password } }) =>
      Note({ path: '/x', text: reveal(password satisfies Secret) }),
  });
  const declared = Note({
    path: interpolate`/etc/${'x'}`,
    text: interpolate`user:${vars.password}` as never,
  });
  expect(declared.spec.path).toBe('/etc/x');
  expect(reveal(declared.spec.text as Secret)).toBe('user:geheim');
});
