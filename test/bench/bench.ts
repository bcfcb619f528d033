import { measureBesideLimit } from './beside-limit.ts';
import { measureBesideOthers } from './beside-others.ts';

const usage = `Measurements on ten sandbox hosts.

  npm run bench            a converged plan beside the least that reading a host can cost
  npm run bench -- others  a converged apply beside other tools, those that are here of Debian's ansible-core, ansible-mitogen, bundlewrap
`;
const usageExitCode = 64;

const [what, ...more] = process.argv.slice(2);
if (what === undefined) {
  process.exitCode = (await measureBesideLimit()) ? 0 : 1;
} else if (what === 'others' && more.length === 0) {
  await measureBesideOthers();
} else {
  process.stderr.write(usage);
  process.exitCode = usageExitCode;
}
