import { type HostInput, inventory } from '@hostwright/core';
import { benchPlaybook } from '../bench-playbook.ts';

/** BENCH_HOSTS has them as JSON: a list of what an inventory says of a host, each with its name. */
const { BENCH_HOSTS: text = '[]' } = process.env;
const given: readonly (HostInput<string, object> & { readonly name: string })[] = JSON.parse(text);
const hosts = given.map(({ name, ...host }) => [name, { ...host, user: 'root' }] as const);

export default benchPlaybook(inventory({ hosts: Object.fromEntries(hosts) }));
