import { createPublicKey } from 'node:crypto';
import { connect } from 'node:net';
import { apply, plan } from '@hostwright/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  judge,
  type MailAccount,
  receive,
  resolverOf,
  specialFolders,
  submit,
} from '../../examples/demo/mail-client.ts';
import { mailSystem } from '../../examples/demo/mail-system.ts';
import { portState, smtpDialogue } from '../../examples/demo/network-client.ts';
import { expectConverged } from './converged.ts';
import { type FailedLogins, failAtImap, failAtSubmission } from './failed-logins.ts';
import { labSsh } from './lab-inventory.ts';
import { lineDialogue } from './line-dialogue.ts';
import { inFolder, listing } from './mail-folder.ts';
import { describeProtocol } from './mail-protocol.ts';
import { tlsAnswer, tlsPorts } from './mail-tls.ts';
import { pop3, pop3Message } from './pop3.ts';
import type { Release } from './release.ts';
import { changedPaths, readTree } from './tree-state.ts';
import { until } from './until.ts';
import { useLab } from './use-lab.ts';

// From bare hosts on 13, and of the packages of a mail host on 12, which saves minutes; `npm run demo` and the long suites
// begin with bare hosts of both.
const lab = useLab(
  [
    { name: 'mail12', release: 'debian-12', software: 'mail' },
    { name: 'dns12', release: 'debian-12' },
    { name: 'mail13', release: 'debian-13' },
    { name: 'dns13', release: 'debian-13' },
  ],
  'mail',
);

const domain = 'example.com';
const hostname = `mail.${domain}`;
const passwords = { anna: 'correct horse ~ battery', ben: 'Größe, "quoted" & $HOME' };
const applyLimitMs = 20 * 60_000;

describe.each<[Release, string, string, readonly string[]]>([
  ['debian-12', 'mail12', 'dns12', ['dns12']],
  ['debian-13', 'mail13', 'dns13', ['mail13', 'dns13']],
])('a mail server on %s', (_release, mailName, dnsName, bare) => {
  const mail = () => lab.host(mailName);
  const dnsServer = () => lab.host(dnsName).address;
  const system = () =>
    mailSystem({
      mailAddress: mail().address,
      dnsAddress: dnsServer(),
      user: 'deploy',
      ssh: labSsh(lab),
      controllerAddress: lab.controllerAddress,
      annasPassword: passwords.anna,
      bensPassword: passwords.ben,
      updateKey: Buffer.alloc(32, mailName).toString('base64'),
    });
  let certificate = '';
  const account = (name: 'anna' | 'ben'): MailAccount => ({
    server: mail().address,
    hostname,
    certificate,
    user: `${name}@${domain}`,
    password: passwords[name],
  });
  const smtp = (port: number, lines: readonly string[]) =>
    smtpDialogue({ address: mail().address, port }, lines);
  const changesOfPlan = async () => {
    const { plan: planned } = await plan(system());
    expect(planned.unreachable).toEqual([]);
    return planned.steps.filter(({ verdict }) => verdict.is !== 'unchanged').map(({ id }) => id);
  };

  test('a plan of bare hosts writes nothing to them', async () => {
    const before = bare.map((name) => readTree(lab.host(name).rootPath));
    const { plan: planned } = await plan(system());
    const states = planned.steps.map(({ verdict }) => verdict.is);
    expect(states).not.toContain('error');
    expect(states.filter((is) => is === 'change').length).toBeGreaterThan(10);
    const after = bare.map((name) => readTree(lab.host(name).rootPath));
    const changed = before.map((tree, index) => changedPaths(tree, after[index] ?? new Map()));
    expect(changed).toEqual(bare.map(() => []));
  });

  describe('after one apply', () => {
    beforeAll(async () => {
      await expectConverged(system());
      certificate = (await mail().exec(`cat /etc/ssl/certs/${hostname}.pem`)).stdout;
    }, applyLimitMs);

    describeProtocol({
      address: () => mail().address,
      hostname,
      dns: () => resolverOf(dnsServer()),
      account,
    });

    test('M9 users send as aliases that reach them', async () => {
      const to = account('ben').user;
      const subject = `As info on ${mailName}`;
      await submit(account('anna'), { from: `info@${domain}`, to, subject, text: 'x' });
      expect((await receive(account('ben'), subject)).length).toBeGreaterThan(0);
    });

    test('M10 mail from outside for a mailbox is delivered as it came', async () => {
      const subject = `From outside to ${mailName}`;
      const lines = ['EHLO me.example.net', 'MAIL FROM:<>', `RCPT TO:<ben@${domain}>`, 'DATA'];
      const text = Array.from({ length: 200 }, (_, line) => `${line} äöü =20 "x"`).join('\r\n');
      const head = [`Subject: ${subject}`, 'From: <x@example.net>', 'MIME-Version: 1.0'];
      const type = 'Content-Type: text/plain; charset=utf-8';
      const message = [...head, type, '', text, '.'].join('\r\n');
      const replies = await smtp(25, [...lines, message, 'QUIT']);
      expect(replies[5]).toMatch(/^250 2\.0\.0/);
      const source = String(await receive(account('ben'), subject));
      expect(source.slice(source.indexOf('\r\n\r\n') + 4).trimEnd()).toBe(text);
    });

    const sendTo = (to: string, subject: string) =>
      submit(account('ben'), { from: account('ben').user, to, subject, text: 'x' });

    test('M12 an alias reaches each of its targets, once', async () => {
      const subject = `To all on ${mailName}`;
      await sendTo(`info@${domain}`, subject);
      for (const name of ['anna', 'ben'] as const) {
        await receive(account(name), subject);
        const found = (await listing(account(name))).filter((each) => each.subject === subject);
        expect(found).toHaveLength(1);
      }
    });

    test('M13 a tag reaches its user', async () => {
      await sendTo(`anna+tag@${domain}`, `Tagged on ${mailName}`);
      await receive(account('anna'), `Tagged on ${mailName}`);
    });

    test('M14 postmaster and abuse reach a person', async () => {
      for (const name of ['postmaster', 'abuse']) {
        await sendTo(`${name}@${domain}`, `To ${name} on ${mailName}`);
        await receive(account('anna'), `To ${name} on ${mailName}`);
      }
    });

    test('M18 IMAP takes no password in clear', async () => {
      const open = () => connect({ host: mail().address, port: 143 });
      const login = `a LOGIN anna@${domain} x`;
      const [greeting, refusal] = await lineDialogue(open, [login, 'b LOGOUT']);
      expect(greeting).toMatch(/STARTTLS.*LOGINDISABLED/);
      expect(refusal).toMatch(/^a NO \[PRIVACYREQUIRED\]/);
    });

    test('M19 IMAP over TLS has the usual folders', async () => {
      expect([...(await specialFolders(account('ben')))].sort()).toEqual([
        '\\Drafts',
        '\\Inbox',
        '\\Junk',
        '\\Sent',
        '\\Trash',
      ]);
    });

    test('M20 POP3 over TLS counts the mail, reads it, and removes what is deleted', async () => {
      const count = async () => {
        const [, , , counted = ''] = await pop3(account('ben'), ['STAT']);
        return Number(/^\+OK (\d+) \d+/.exec(counted)?.[1]);
      };
      const before = await count();
      expect(before).toBeGreaterThan(0);
      const read = await pop3Message(account('ben'));
      expect(read).toMatch(/^\+OK \d+ octets\r\n(.+\r\n)+Subject: /);
      expect(await count()).toBe(before - 1);
    });

    test.each([587, 465] as const)(
      'M24 mail submitted on %s arrives, signed once, and every record agrees',
      async (port) => {
        const subject = `Through ${port} on ${mailName}`;
        await submit(
          account('anna'),
          { from: account('anna').user, to: account('ben').user, subject, text: 'Hi.' },
          port,
        );
        const message = await receive(account('ben'), subject);
        expect(await judge(account('anna'), message, account('anna').user, dnsServer())).toEqual({
          dkim: [{ result: 'pass', domain }],
          spf: 'pass',
          dmarc: 'pass',
        });
      },
    );

    test('M22 TLS 1.0 and 1.1 are refused, 1.2 and 1.3 are taken, on every port', async () => {
      const { address } = mail();
      for (const port of tlsPorts) {
        for (const version of ['TLSv1', 'TLSv1.1'] as const) {
          await expect(tlsAnswer(address, port, { version })).rejects.toThrow();
        }
        for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
          expect((await tlsAnswer(address, port, { version })).protocol).toBe(version);
        }
      }
    });

    test('M23 all ports have one certificate, which is for its name and verifies', async () => {
      const options = { ca: certificate, servername: hostname };
      const answers = await Promise.all(
        tlsPorts.map((port) => tlsAnswer(mail().address, port, options)),
      );
      expect(new Set(answers.map(({ fingerprint }) => fingerprint)).size).toBe(1);
      expect(answers[0]?.names).toContain(`DNS:${hostname}`);
    });

    test('M26 what a program of the host sends is signed as well', async () => {
      const subject = `From cron of ${mailName}`;
      const head = `From: root@${domain}\\nTo: ${account('ben').user}\\nSubject: ${subject}\\n\\nDone.\\n`;
      await mail().exec(`printf '${head}' | sendmail -f root@${domain} ${account('ben').user}`);
      const source = await receive(account('ben'), subject);
      const { dkim } = await judge(account('ben'), source, `root@${domain}`, dnsServer());
      expect(dkim).toEqual([{ result: 'pass', domain }]);
    });

    test('M25 the published key is the one that signs, is long enough, and tests nothing', async () => {
      const name = `mail._domainkey.${domain}`;
      const [chunks = []] = await resolverOf(dnsServer()).resolveTxt(name);
      const { stdout } = await mail().exec(
        `openssl rsa -in /etc/dkimkeys/${name}.private -pubout -outform DER 2>/dev/null | base64 -w0`,
      );
      expect(chunks.join('')).toBe(`v=DKIM1; h=sha256; k=rsa; p=${stdout}`);
      const key = Buffer.from(stdout, 'base64');
      const { asymmetricKeyDetails } = createPublicKey({ key, format: 'der', type: 'spki' });
      expect(asymmetricKeyDetails?.modulusLength).toBeGreaterThanOrEqual(2048);
    });

    test('M27 one SPF record lets this server send, and no other', async () => {
      const found = (await resolverOf(dnsServer()).resolveTxt(domain)).map((text) => text.join(''));
      expect(found.filter((text) => text.startsWith('v=spf1'))).toEqual(['v=spf1 mx ~all']);
    });

    test('M28 one DMARC record says what becomes of mail that is not from here', async () => {
      const found = await resolverOf(dnsServer()).resolveTxt(`_dmarc.${domain}`);
      expect(found).toEqual([['v=DMARC1; p=quarantine']]);
    });

    test('M48 mail finds the server by what is published', async () => {
      const found = await resolverOf(dnsServer()).resolveMx(domain);
      expect(found).toMatchObject([{ exchange: hostname, priority: 10 }]);
    });

    test('M21 POP3 without TLS cannot be reached', async () => {
      expect(await portState(mail().address, 110)).toBe('filtered');
    });

    test('M38 the ports of mail are open, and all others closed', async () => {
      const state = (port: number) => portState(mail().address, port);
      for (const port of [22, 25, 143, 465, 587, 993, 995])
        expect([port, await state(port)]).toEqual([port, 'open']);
      const shut = [53, 110, 783, 3306, 3310, 4190, 8891, 8893, 10_024, 10_025, 10_026];
      const states = await Promise.all(shut.map((port) => state(port)));
      expect(states).toEqual(shut.map(() => 'filtered'));
    });

    const banned = async (jail: string, ports: readonly number[], fail: FailedLogins) => {
      const attacker = await lab.addClientAddress();
      const from = (port: number) => portState(mail().address, port, { localAddress: attacker });
      try {
        await fail(mail().address, attacker);
        await until(async () => (await from(ports[0] ?? 0)) !== 'open');
        const states = await Promise.all(ports.map((port) => from(port)));
        expect(states).not.toContain('open');
        for (const port of ports) expect(await portState(mail().address, port)).toBe('open');
        await mail().exec(`fail2ban-client set ${jail} unbanip ${attacker}`);
        return await Promise.all(ports.map((port) => from(port)));
      } finally {
        await lab.removeClientAddress(attacker);
      }
    };

    test('M35 M37 an address that fails to log in to IMAP is banned, another is not, and unbanning opens again', async () => {
      expect(await banned('dovecot', [993, 143], failAtImap)).toEqual(['open', 'open']);
    }, 300_000);

    test('M36 M37 an address that fails to log in for sending is banned from all of SMTP, until it is unbanned', async () => {
      const ports = [25, 465, 587];
      expect(await banned('postfix', ports, failAtSubmission)).toEqual(['open', 'open', 'open']);
    }, 300_000);

    test(
      'M47 a second run changes nothing: certificate, key, numbers of messages, and open sessions stay',
      async () => {
        expect(await changesOfPlan()).toEqual([]);
        const kept = async () =>
          (await mail().exec('sha256sum /etc/dkimkeys/*.private /etc/ssl/certs/mail*')).stdout;
        const before = await kept();
        await inFolder(account('ben'), async (client) => {
          const { uidValidity } = client.mailbox || {};
          await expectConverged(system());
          await client.noop();
          expect((await client.status('INBOX', { uidValidity: true })) || {}).toMatchObject({
            uidValidity,
          });
        });
        expect(await kept()).toBe(before);
      },
      applyLimitMs,
    );

    test(
      'drift by hand is found and mended, and nothing else is touched',
      async () => {
        const key = () =>
          mail().exec('sha256sum /etc/dkimkeys/*.private /etc/ssl/private/mail* | cut -c1-64');
        const before = (await key()).stdout;
        const drift = `postconf -e smtpd_tls_auth_only=no; systemctl stop dovecot; ufw delete allow 25/tcp
        echo 'mode drift' >> /etc/opendkim.conf; chmod 644 /etc/dkimkeys/*.private`;
        await mail().exec(drift);
        const { plan: planned } = await plan(system());
        const changes = planned.steps.filter(({ verdict }) => verdict.is === 'change');
        expect(changes.map(({ id }) => id).sort()).toEqual([
          'mail/DkimKey[mail._domainkey.example.com]',
          'mail/File[/etc/opendkim.conf]',
          'mail/Postconf[myhostname and 51 more]',
          'mail/Service[dovecot]',
          'mail/UfwRule[25/tcp]',
        ]);
        const { outcome } = await apply(system());
        expect(outcome.isConverged).toBe(true);
        expect(await changesOfPlan()).toEqual([]);
        expect((await key()).stdout).toBe(before);
      },
      applyLimitMs,
    );

    test('M46 after a reboot everything is there again', async () => {
      await lab.reboot(mailName);
      // Boot goes on after sshd answers: Postfix waits for the network to be online.
      await mail().exec('systemctl is-system-running --wait');
      await until(async () => (await portState(mail().address, 993)) === 'open');
      await until(async () => (await mail().exec('fail2ban-client status dovecot')).exitCode === 0);
      expect(await changesOfPlan()).toEqual([]);
      const subject = `After the reboot of ${mailName}`;
      await submit(account('anna'), {
        from: account('anna').user,
        to: account('ben').user,
        subject,
        text: 'x',
      });
      await receive(account('ben'), subject);
      expect(await portState(mail().address, 110)).toBe('filtered');
    }, 400_000);
  });
});
