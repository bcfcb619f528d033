export {
  convergeInShell,
  differencesInShell,
  runInShell,
  shellsHere,
} from './converge-in-shell.ts';
export { declarationsIn } from './declarations-in.ts';
export { describeResource } from './describe-resource.ts';
export { captured, probeOutput } from './probe-output.ts';
export type { CapturedCase, ResourceCases } from './resource-cases.ts';
export { shellDriver } from './shell-driver.ts';
export {
  type SshFaults,
  type SshServer,
  type SshServerOptions,
  startSshServer,
} from './ssh-server.ts';
export { describeTransport } from './transport-laws.ts';
