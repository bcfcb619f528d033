import { bootLab } from '../lab/boot-lab.ts';

/** Ten bare Debian 12 hosts. */
export function bootBenchHosts() {
  process.stderr.write('Booting ten sandbox hosts.\n');
  const hosts = Array.from({ length: 10 }, (_, index) => ({
    name: `bench${index}`,
    release: 'debian-12' as const,
  }));
  return bootLab({ hosts, name: 'bench' });
}
