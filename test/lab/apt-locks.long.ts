import { absent, apply } from '@hostwright/core';
import { Package } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { deployRuns } from './deploy-runs.ts';
import { both } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

// The locks of apt and dpkg, held by a process of another: each of them is waited for, and that takes its time.

const lab = useLab(bothReleases);

const timeoutMs = 400_000;

const { book, onAll } = deployRuns(lab);

const few = () => [Package({ name: 'tree' }), Package({ name: 'hello', recommends: true })];

const locks = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
];

/** Holds a lock as apt does, for so many seconds, in a process called perl; and makes it so that all locks are needed. */
function holding(path: string, seconds: number): string {
  const program = `use Fcntl qw(:DEFAULT :seek); $SIG{ALRM} = sub { exit };
    sysopen(my $file, $ARGV[0], O_RDWR | O_CREAT) or die;
    my $lock = pack("s s x4 q q i x4", F_WRLCK, SEEK_SET, 0, 0, 0);
    fcntl($file, F_SETLK, $lock) or die;
    alarm ${seconds}; sleep 99`;
  return `dpkg --remove hello >/dev/null; touch -d '2 hours ago' /var/lib/apt/lists/partial
    perl -e '${program}' ${path} >/dev/null 2>&1 & sleep 1; kill -0 $! && echo held`;
}

test.each(locks)(
  'R15: %s is waited for, and the run says who holds it',
  async (path) => {
    const lines: string[] = [];
    expect(await onAll(holding(path, 150))).toEqual(both('held\n'));
    const { outcome } = await apply(book(few), {
      onEvent: (event) => {
        if (event.type !== 'step.output') return;
        lines.push(`${event.host}: ${event.text}`);
        // Let go as soon as the run says that it waits, however long it took to get there.
        if (event.text.startsWith('waiting: ')) void lab.host(event.host).exec('pkill -x perl');
      },
    });
    expect(outcome.isConverged).toBe(true);
    for (const { name } of lab.hosts) {
      const waiting = new RegExp(`^${name}: waiting: .*${path}.*perl`);
      expect(lines).toContainEqual(expect.stringMatching(waiting));
    }
  },
  timeoutMs,
);

test(
  'R15: a lock that nobody lets go of is given up after the limit, and the error says who holds it',
  async () => {
    const { driver } = Package.type;
    if (driver.via !== 'shell') throw new Error('Package is written through a shell');
    const exists = { field: 'exists', from: false, to: true };
    const change = { spec: { name: 'hello' }, reading: absent, fields: [exists] };
    const { script } = driver.apply([change]);
    // The limit of five minutes, in four seconds.
    const short = script.replace(/^hw_deadline=.*$/m, 'hw_deadline=$(( $(date +%s) + 4 ))');
    // Where the index cannot be fetched, the one that is there has to do.
    for (const path of locks.filter((one) => !one.includes('/lists/'))) {
      expect(await onAll(holding(path, 60))).toEqual(both('held\n'));
      const ends = await Promise.all(lab.hosts.map((host) => host.exec(short)));
      await onAll('pkill -x perl');
      for (const { exitCode, stderr } of ends) {
        expect(exitCode).not.toBe(0);
        expect(stderr).toMatch(new RegExp(`${path}.*perl`));
      }
    }
  },
  timeoutMs,
);
