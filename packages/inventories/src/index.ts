export { type AnsibleOptions, fromAnsible } from './ansible/from-ansible.ts';
export type { Carried, InventorySource, NotCarried } from './carried.ts';
export { formatNotes } from './notes.ts';
export { fromPulumi } from './outputs/from-pulumi.ts';
export { fromTofuOutput } from './outputs/from-tofu-output.ts';
export { fromTofuState, type StateHost, type StateResource } from './outputs/from-tofu-state.ts';
export type { HostsOf, OutputValues } from './outputs/output-values.ts';
export { fromSshConfig, type SshConfigOptions } from './ssh/from-ssh-config.ts';
export { fromVagrant } from './ssh/from-vagrant.ts';
