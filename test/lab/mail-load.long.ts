import { setTimeout as sleep } from 'node:timers/promises';
import { plan, secret } from '@hostwright/core';
import type { MailServerSettings } from '@hostwright/playbooks';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  judge,
  type MailAccount,
  receive,
  resolverOf,
  specialFolders,
  submit,
} from '../../examples/demo/mail-client.ts';
import { portState, smtpDialogue } from '../../examples/demo/network-client.ts';
import { expectConverged } from './converged.ts';
import { failAtSubmission } from './failed-logins.ts';
import { eicar, filteredDomains, filteredHosts, filteredLab, gtube } from './filtered-mail.ts';
import { describeLoad } from './mail-load.ts';
import { messageText, sendFromOutside, type TextMail } from './outside-mail.ts';
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

test.each(Object.entries(domains))(
  'M46 after a reboot %s does what it did, untouched',
  async (name, domain) => {
    await lab.reboot(name);
    await lab.host(name).exec('systemctl is-system-running --wait');
    const { address } = lab.host(name);
    await until(async () => (await portState(address, 993)) === 'open');
    const person = (user: 'anna' | 'ben'): MailAccount => ({
      server: address,
      hostname: `mail.${domain}`,
      certificate: certificates.get(name) ?? '',
      user: `${user}@${domain}`,
      password: passwords[user],
    });
    const to = person('ben').user;
    const stranger = (mail: Partial<TextMail> & { readonly subject: string }) => {
      const message = messageText({ from: 'someone@quar.invalid', to, ...mail });
      return sendFromOutside({ server: address, from: '', to, message });
    };
    // M2: TLS, and no AUTH, on port 25.
    const [, offer] = await smtpDialogue({ address, port: 25 }, ['EHLO me.example.net', 'QUIT']);
    expect(offer).toMatch(/STARTTLS/);
    expect(offer).not.toMatch(/AUTH/);
    // M5 and M19: sending and reading after login.
    await submit(person('anna'), { from: person('anna').user, to, subject: 'Since', text: 'x' });
    await receive(person('ben'), 'Since');
    expect(await specialFolders(person('ben'))).toContain('\\Junk');
    // M31 and M33: both filters.
    await stranger({ subject: 'Spam since', text: gtube });
    await receive(person('ben'), 'Spam since', 'Junk');
    const attachment = { name: 'report.bin', bytes: Buffer.from(eicar) };
    await stranger({ subject: 'Infected since', attachment });
    await receive(person('anna'), 'VIRUS');
    // M36: bans.
    const attacker = await lab.addClientAddress();
    try {
      await failAtSubmission(address, attacker);
      const from = { localAddress: attacker };
      await until(async () => (await portState(address, 587, from)) !== 'open');
      expect(await portState(address, 25, from)).not.toBe('open');
      expect(await portState(address, 587)).toBe('open');
    } finally {
      await lab.removeClientAddress(attacker);
    }
  },
  applyLimitMs,
);

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
