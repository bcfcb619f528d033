import { setTimeout as sleep } from 'node:timers/promises';
import { plan, secret } from '@hostwright/core';
import type { MailServerSettings } from '@hostwright/playbooks';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  judge,
  type MailAccount,
  receive,
  resolverOf,
  submit,
} from '../../examples/demo/mail-client.ts';
import { expectConverged } from './converged.ts';
import { filteredDomains, filteredHosts, filteredLab } from './filtered-mail.ts';
import { describeLoad } from './mail-load.ts';
import { until } from './until.ts';
import { useLab } from './use-lab.ts';

// What takes minutes on hosts with everything on: many messages, hard times, and a new signing key under way.

const lab = useLab(filteredHosts('bare'), 'mail-load');

const domains = filteredDomains;
const passwords = { anna: 'annas pass', ben: 'bens "pass"' };
const applyLimitMs = 20 * 60_000;

const certificates = new Map<string, string>();

function system(dkim: NonNullable<MailServerSettings['dkim']> = {}) {
  const users = {
    anna: { password: secret(passwords.anna) },
    ben: { password: secret(passwords.ben) },
  };
  return filteredLab(lab, users, { strictKey: 'v=DKIM1; p=', dkim });
}

beforeAll(async () => {
  await expectConverged(system());
  for (const [name, domain] of Object.entries(domains)) {
    const { stdout } = await lab.host(name).exec(`cat /etc/ssl/certs/mail.${domain}.pem`);
    certificates.set(name, stdout);
  }
}, applyLimitMs);

describe.each(Object.entries(domains))('mail on %s under load', (name, domain) => {
  describeLoad({ lab, name, domain, system: () => system() });
});

test(
  'a new signing key takes over, and at no time is a message signed that nobody can verify',
  async () => {
    const dns = lab.host('ns').address;
    const [name, domain] = ['m13', 'thirteen.lab'];
    const person = (user: 'anna' | 'ben'): MailAccount => ({
      server: lab.host(name).address,
      hostname: `mail.${domain}`,
      certificate: certificates.get(name) ?? '',
      user: `${user}@${domain}`,
      password: passwords[user],
    });
    const subjects: string[] = [];
    let isRotating = true;
    const sending = (async () => {
      for (let index = 0; isRotating; index += 1) {
        const subject = `Rotation ${index} of ${name}`;
        const message = { from: person('anna').user, to: person('ben').user, subject, text: 'x' };
        // While OpenDKIM restarts, a client is asked to come back; what is taken is signed.
        await submit(person('anna'), message).then(
          () => subjects.push(subject),
          (error) => expect(String(error)).toMatch(/ 4\d\d /),
        );
        await sleep(500);
      }
    })();
    await expectConverged(system({ selector: 'second', previous: ['mail'] }));
    const before = subjects.length;
    await until(async () => subjects.length > before);
    isRotating = false;
    await sending;
    const selectors: string[] = [];
    for (const subject of subjects) {
      const source = await receive(person('ben'), subject);
      const { dkim } = await judge(person('anna'), source, person('anna').user, dns);
      expect([subject, dkim]).toEqual([subject, [{ result: 'pass', domain }]]);
      selectors.push(/^DKIM-Signature:.*?[\s;]s=(\w+);/ms.exec(String(source))?.[1] ?? '');
    }
    expect([selectors[0], selectors.at(-1)]).toEqual(['mail', 'second']);

    await expectConverged(system({ selector: 'second', retired: ['mail'] }));
    const resolver = resolverOf(dns);
    await expect(resolver.resolveTxt(`mail._domainkey.${domain}`)).rejects.toThrow(/ENOTFOUND/);
    expect(await resolver.resolveTxt(`second._domainkey.${domain}`)).toHaveLength(1);
    const { stdout } = await lab.host(name).exec('ls /etc/dkimkeys');
    expect(stdout).not.toContain('mail._domainkey');
    const { plan: planned } = await plan(system({ selector: 'second', retired: ['mail'] }));
    const changes = planned.steps.filter(({ verdict }) => verdict.is !== 'unchanged');
    expect(changes.map(({ id }) => id)).toEqual([]);
  },
  applyLimitMs,
);
