import { inventory, reveal, type Secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { fromTofuOutput } from './from-tofu-output.ts';

const text = JSON.stringify({
  web_ips: { sensitive: false, type: ['tuple', ['string']], value: ['192.0.2.1', '192.0.2.2'] },
  sudo: { sensitive: true, type: 'string', value: 'hush' },
  vpc: { sensitive: false, type: 'string', value: 'vpc-1' },
});

test('outputs become hosts, sensitive ones secrets, and unread ones are named', () => {
  const { input, notes } = fromTofuOutput({ text }, ({ web_ips: ips, sudo }) => ({
    hosts: Object.fromEntries(
      (ips as string[]).map((address, index) => [
        `web${index + 1}`,
        { address, groups: ['web'], become: { password: sudo as Secret } },
      ]),
    ),
  }));
  const { hosts, groups } = inventory(input);
  expect(groups.get('web')).toEqual(['web1', 'web2']);
  const password = hosts.get('web2')?.become?.password;
  expect(password && reveal(password)).toBe('hush');
  expect(notes).toEqual([
    { where: 'outputs', what: 'vpc', why: 'the mapping did not read it', isLost: false },
  ]);
});

test('a name that is not there is an error that lists those that are', () => {
  expect(() =>
    fromTofuOutput({ text }, ({ ips }) => ({ hosts: { a: { address: String(ips) } } })),
  ).toThrow('There is no output ips; there are web_ips, sudo, vpc.');
});

test('the state is told apart from the outputs', () => {
  expect(() => fromTofuOutput({ text: '{"format_version":"1.0"}' }, () => ({ hosts: {} }))).toThrow(
    'tofu output -json',
  );
});
