import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
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
import { labSsh } from './lab-inventory.ts';
import { lineDialogue } from './line-dialogue.ts';
import { tlsAnswer, tlsPorts } from './mail-tls.ts';
import type { Release } from './release.ts';
import { changedPaths, readTree } from './tree-state.ts';
import { until } from './until.ts';
import { useLab } from './use-lab.ts';

const lab = useLab(
  [
    { name: 'mail12', release: 'debian-12' },
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

describe.each<[Release, string, string]>([
  ['debian-12', 'mail12', 'dns12'],
  ['debian-13', 'mail13', 'dns13'],
])('a mail server on %s', (_release, mailName, dnsName) => {
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

  test('a plan of the bare hosts writes nothing to them', async () => {
    const before = [mailName, dnsName].map((name) => readTree(lab.host(name).rootPath));
    const { plan: planned } = await plan(system());
    const states = planned.steps.map(({ verdict }) => verdict.is);
    expect(states).not.toContain('error');
    expect(states.filter((is) => is === 'change').length).toBeGreaterThan(10);
    const after = [mailName, dnsName].map((name) => readTree(lab.host(name).rootPath));
    const changed = before.map((tree, index) => changedPaths(tree, after[index] ?? new Map()));
    expect(changed).toEqual([[], []]);
  });

  describe('after one apply', () => {
    beforeAll(async () => {
      await expectConverged(system());
      certificate = (await mail().exec(`cat /etc/ssl/certs/${hostname}.pem`)).stdout;
    }, applyLimitMs);

    test('M47 a second plan is empty', async () => {
      expect(await changesOfPlan()).toEqual([]);
    });

    test('M1 M41 M42 port 25 greets by its name, and takes neither VRFY nor mail before HELO', async () => {
      const replies = await smtp(25, [
        'MAIL FROM:<x@example.net>',
        'EHLO me.example.net',
        'VRFY anna',
        'QUIT',
      ]);
      expect(replies[0]).toMatch(/^220 mail\.example\.com ESMTP/);
      expect(replies[1]).toMatch(/^503 5\.5\.1/);
      expect(replies[3]).toMatch(/^502 5\.5\.1/);
    });

    test('M2 M4 AUTH is offered after TLS only, and on port 25 never', async () => {
      const [, onPort25] = await smtp(25, ['EHLO me.example.net', 'QUIT']);
      expect(onPort25).toMatch(/STARTTLS/);
      expect(onPort25).not.toMatch(/AUTH/);
      const lines = ['EHLO me.example.net', 'MAIL FROM:<x@example.net>', 'QUIT'];
      const [, on587, refusal] = await smtp(587, lines);
      expect(on587).not.toMatch(/AUTH/);
      expect(refusal).toBe('530 5.7.0 Must issue a STARTTLS command first');
    });

    test('M3 it relays for nobody who is not logged in', async () => {
      const replies = await smtp(25, [
        'EHLO me.example.net',
        'MAIL FROM:<>',
        'RCPT TO:<a@example.org>',
        'QUIT',
      ]);
      expect(replies[3]).toMatch(/^554 5\.7\.1 .*Relay access denied/);
    });

    test('M11 an unknown mailbox is refused at once, and so is the domain itself as a sender from outside', async () => {
      const lines = ['EHLO me.example.net', 'MAIL FROM:<>', 'RCPT TO:<nobody@example.com>', 'RSET'];
      const spoofed = ['MAIL FROM:<anna@example.com>', 'RCPT TO:<ben@example.com>', 'QUIT'];
      const replies = await smtp(25, [...lines, ...spoofed]);
      expect(replies[3]).toMatch(/^550 5\.1\.1/);
      expect(replies[6]).toMatch(/^554 5\.7\.1/);
    });

    test.each([587, 465] as const)(
      'M5 M6 M24 mail submitted on %s arrives, signed once, and every record agrees',
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

    test('M5 a wrong password is refused', async () => {
      const wrong = { ...account('anna'), password: 'wrong' };
      const message = { from: wrong.user, to: wrong.user, subject: 'x', text: 'x' };
      await expect(submit(wrong, message)).rejects.toThrow(/535 5\.7\.8/);
    });

    test('M8 M9 users send as themselves and as aliases that reach them', async () => {
      const to = account('ben').user;
      const spoof = { from: to, to, subject: 'spoof', text: 'x' };
      await expect(submit(account('anna'), spoof)).rejects.toThrow(/553 5\.7\.1/);
      const subject = `As info on ${mailName}`;
      await submit(account('anna'), { from: `info@${domain}`, to, subject, text: 'x' });
      expect((await receive(account('ben'), subject)).length).toBeGreaterThan(0);
    });

    test('M12 M13 M14 an alias reaches each target, a tag its user, postmaster a person', async () => {
      const send = (to: string, subject: string) =>
        submit(account('ben'), { from: account('ben').user, to, subject, text: 'x' });
      await send(`info@${domain}`, `To all on ${mailName}`);
      await send(`anna+tag@${domain}`, `Tagged on ${mailName}`);
      await send(`postmaster@${domain}`, `To postmaster on ${mailName}`);
      for (const subject of ['To all', 'Tagged', 'To postmaster']) {
        await receive(account('anna'), `${subject} on ${mailName}`);
      }
      await receive(account('ben'), `To all on ${mailName}`);
    });

    test('M10 mail from outside for a mailbox is delivered', async () => {
      const subject = `From outside to ${mailName}`;
      const lines = ['EHLO me.example.net', 'MAIL FROM:<>', `RCPT TO:<ben@${domain}>`, 'DATA'];
      const body = [`Subject: ${subject}`, 'From: <x@example.net>', '', 'Hello', '.'].join('\r\n');
      const replies = await smtp(25, [...lines, body, 'QUIT']);
      expect(replies[5]).toMatch(/^250 2\.0\.0/);
      await receive(account('ben'), subject);
    });

    test('M18 M19 IMAP takes no password in clear, and has the usual folders', async () => {
      const open = () => connect({ host: mail().address, port: 143 });
      const login = `a LOGIN anna@${domain} x`;
      const [greeting, refusal] = await lineDialogue(open, [login, 'b LOGOUT']);
      expect(greeting).toMatch(/STARTTLS.*LOGINDISABLED/);
      expect(refusal).toMatch(/^a NO \[PRIVACYREQUIRED\]/);
      expect([...(await specialFolders(account('ben')))].sort()).toEqual([
        '\\Drafts',
        '\\Inbox',
        '\\Junk',
        '\\Sent',
        '\\Trash',
      ]);
    });

    test('M20 POP3 over TLS counts the mail', async () => {
      const [, , , count] = await pop3(account('ben'), ['STAT']);
      expect(count).toMatch(/^\+OK [1-9]\d* \d+/);
    });

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

    test('M25 M27 M28 M48 the records are published', async () => {
      const resolver = resolverOf(dnsServer());
      expect(await resolver.resolveMx(domain)).toMatchObject([
        { exchange: hostname, priority: 10 },
      ]);
      expect(await resolver.resolve4(hostname)).toEqual([mail().address]);
      expect(await resolver.resolveTxt(domain)).toEqual([['v=spf1 mx ~all']]);
      expect(await resolver.resolveTxt(`_dmarc.${domain}`)).toEqual([['v=DMARC1; p=quarantine']]);
      const [chunks = []] = await resolver.resolveTxt(`mail._domainkey.${domain}`);
      const { stdout } = await mail().exec(
        `openssl rsa -in /etc/dkimkeys/mail._domainkey.${domain}.private -pubout -outform DER 2>/dev/null | base64 -w0`,
      );
      expect(chunks.join('')).toBe(`v=DKIM1; h=sha256; k=rsa; p=${stdout}`);
    });

    test('M21 M38 the ports of mail are open, and all others closed', async () => {
      const state = (port: number) => portState(mail().address, port);
      for (const port of [22, 25, 143, 465, 587, 993, 995])
        expect([port, await state(port)]).toEqual([port, 'open']);
      for (const port of [53, 110, 783, 3306, 4190, 8891, 10_025])
        expect([port, await state(port)]).toEqual([port, 'filtered']);
    });

    test('M35 M36 M37 an address that fails to log in is banned, another is not, and unbanning opens again', async () => {
      const attacker = await lab.addClientAddress();
      const stateFrom = (address: string) =>
        portState(mail().address, 993, { localAddress: address });
      try {
        await failAtImap(mail().address, attacker);
        await until(async () => (await stateFrom(attacker)) !== 'open');
        expect(await portState(mail().address, 993)).toBe('open');
        await mail().exec(`fail2ban-client set dovecot unbanip ${attacker}`);
        expect(await stateFrom(attacker)).toBe('open');
      } finally {
        await lab.removeClientAddress(attacker);
      }
    }, 300_000);

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
          'mail/Postconf[myhostname and 48 more]',
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

function pop3({ server, user, password }: MailAccount, lines: readonly string[]) {
  const login = [`USER ${user}`, `PASS ${password}`];
  return lineDialogue(
    () => connectTls({ host: server, port: 995, rejectUnauthorized: false }),
    [...login, ...lines, 'QUIT'],
  );
}

/** As many failed logins as the jail allows, each on a connection of its own, because hits are counted by connection. */
async function failAtImap(host: string, localAddress: string): Promise<void> {
  const attempt = () => {
    const socket = connect({ host, port: 993, localAddress });
    const open = () => connectTls({ socket, rejectUnauthorized: false });
    // A ban may come in between; then the rest is refused, which is what is wanted.
    return lineDialogue(open, ['a LOGIN anna@example.com wrong', 'b LOGOUT']).catch(() => []);
  };
  await Promise.all(Array.from({ length: 6 }, attempt));
}
