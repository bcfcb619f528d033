import { expect, test } from '@jest/globals';
import { compile } from '../compile/compile.ts';
import { specValidator } from '../compile/validate.ts';
import { controller, inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Facts } from '../model/facts.ts';
import { Bell, Note } from '../testing/note.ts';
import { linksOf } from './links.ts';

test('what others take outputs of, and what a change refreshes on its own host', () => {
  const bell = Bell({ log: '/bell' });
  const first = Note({ path: '/first', text: 'x' }, { notify: [bell] });
  const second = Note({ path: '/second', text: first.out.path }, { needs: [bell] });
  const resources = () => [bell, first, second];
  const facts = { os: { id: 'debian' } } as unknown as Facts;
  const program = compile({
    playbook: playbook({
      inventory: inventory({ hosts: { a: {}, b: {} } }),
      plays: [play({ hosts: 'all', resources })],
    }),
    controller,
    facts: new Map(['a', 'b'].map((name) => [name, facts])),
    unreachable: [],
    validate: specValidator(),
  });
  const { consumed, refreshed } = linksOf(program);
  expect([...consumed].sort()).toEqual(['a/Note[/first]', 'b/Note[/first]']);
  expect([...refreshed].map(([id, nodes]) => [id, nodes.map((node) => node.id)])).toEqual([
    ['a/Note[/first]', ['a/Bell[/bell]']],
    ['b/Note[/first]', ['b/Bell[/bell]']],
  ]);
});
