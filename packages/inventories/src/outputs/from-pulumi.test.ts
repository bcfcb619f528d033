import { reveal, type Secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { fromPulumi } from './from-pulumi.ts';

test('outputs become hosts; those named as secrets come as secrets', () => {
  const text = '{"webIp": "192.0.2.1", "sudo": "hush"}';
  const { input } = fromPulumi(
    { text },
    ({ webIp, sudo }) => ({
      hosts: { web1: { address: String(webIp), become: { password: sudo as Secret } } },
    }),
    { secrets: ['sudo'] },
  );
  const { web1 } = input.hosts;
  expect(web1?.address).toBe('192.0.2.1');
  const password = typeof web1?.become === 'object' ? web1.become.password : undefined;
  expect(password && reveal(password)).toBe('hush');
});

test('a secret that Pulumi did not show is an error and no password', () => {
  const reading = () =>
    fromPulumi({ text: '{"sudo": "[secret]"}' }, ({ sudo }) => ({ hosts: { [String(sudo)]: {} } }));
  expect(reading).toThrow('The output sudo is a secret, and its value is not there.');
});

test('a misspelt name of a secret is an error: its value would be none', () => {
  const text = '{"sudo": "hush"}';
  const reading = () => fromPulumi({ text }, () => ({ hosts: {} }), { secrets: ['sodu'] });
  expect(reading).toThrow('There is no output sodu, which is named in secrets; there are sudo.');
});
