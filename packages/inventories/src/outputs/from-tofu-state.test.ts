import { inventory, Secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { fromTofuState } from './from-tofu-state.ts';

const instance = (name: string, ip: string) => ({
  address: `module.web.aws_instance.${name}`,
  mode: 'managed',
  type: 'aws_instance',
  name,
  values: { public_ip: ip, password: 'hush' },
  sensitive_values: { password: true },
});

/** The form of `tofu show -json`, documented as format version 1.0. */
const text = JSON.stringify({
  format_version: '1.0',
  values: {
    root_module: {
      resources: [
        { address: 'aws_vpc.main', mode: 'managed', type: 'aws_vpc', name: 'main', values: {} },
        { address: 'data.aws_ami.x', mode: 'data', type: 'aws_ami', name: 'x', values: {} },
      ],
      child_modules: [{ resources: [instance('one', '192.0.2.1'), instance('two', '192.0.2.2')] }],
    },
  },
});

test('resources of all modules become hosts, sensitive attributes secrets, the rest is counted', () => {
  const { input, notes } = fromTofuState({ text }, ({ type, name, values }) =>
    type === 'aws_instance'
      ? {
          name,
          address: String(values.public_ip),
          groups: ['web'],
          vars: { isSecret: values.password instanceof Secret },
        }
      : undefined,
  );
  const { hosts, groups } = inventory(input);
  expect(groups.get('web')).toEqual(['one', 'two']);
  expect(hosts.get('two')).toMatchObject({ address: '192.0.2.2', vars: { isSecret: true } });
  expect(notes.map(({ what }) => what)).toEqual(['1 × aws_vpc']);
});

test('two resources of one name are an error', () => {
  expect(() => fromTofuState({ text }, () => ({ name: 'same' }))).toThrow('as another resource is');
});
