import { apply, plan } from '@hostwright/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { receive, resolverOf } from '../../examples/demo/mail-client.ts';
import { smtpDialogue } from '../../examples/demo/network-client.ts';
import { expectConverged } from './converged.ts';
import { inFolder, listing } from './mail-folder.ts';
import { sieveGreeting, storeRules } from './manage-sieve.ts';
import {
  accountOn,
  arrival,
  atFirst,
  type Domains,
  errandOn,
  everything,
  indicatorsOf,
  type Name,
  names,
  operatedHosts,
  places,
  sendAsStranger,
  sendWithin,
  stranger,
} from './operated-mail.ts';
import { messageText } from './outside-mail.ts';
import { talkEarly } from './talk-early.ts';
import { until } from './until.ts';
import { useLab } from './use-lab.ts';

// What a mail administrator does after the first day: backup, a second MX, a domain that moves, upgrades, logs. And what a
// mail server has only when it is asked for: postscreen, rules of users, learning from Junk.

const lab = useLab(operatedHosts, 'mail-operations');

const rows = names.map((name) => [name, places[name].domain] as const);
const certificates = new Map<Name, string>();
const applyLimitMs = 40 * 60_000;
const testLimitMs = 300_000;

const certificateOf = (name: Name) => certificates.get(name) ?? '';
const account = (name: Name, user: string) => accountOn(lab, name, user, certificateOf(name));
const send = (name: Name, subject: string) => sendWithin(lab, name, subject, certificateOf(name));
const outside = (host: string, to: string, subject: string) =>
  sendAsStranger(lab, host, to, subject);
const errand = (host: string, name: string, given = {}) =>
  errandOn(host, everything(lab), name, given);

beforeAll(async () => {
  await expectConverged(everything(lab));
  for (const [name, domain] of rows) {
    const { stdout } = await lab.host(name).exec(`cat /etc/ssl/certs/mail.${domain}.pem`);
    certificates.set(name, stdout);
  }
}, applyLimitMs);

test(
  'a second plan is empty',
  async () => {
    const { plan: planned } = await plan(everything(lab));
    const changes = planned.steps.filter(({ verdict }) => verdict.is !== 'unchanged');
    expect(changes.map(({ id }) => id)).toEqual([]);
  },
  testLimitMs,
);

describe.each(rows)('backups on %s', (name, domain) => {
  const ben = () => account(name, `ben@${domain}`);
  const exec = (script: string) => lab.host(name).exec(script);

  test(
    'a mailbox that is gone, and a message that was deleted, come back as they were',
    async () => {
      await send(name, 'First');
      await send(name, 'Second');
      await receive(ben(), 'First');
      await receive(ben(), 'Second');
      await inFolder(ben(), async (client) => {
        await client.messageFlagsAdd({ subject: 'Second' }, ['\\Flagged']);
      });
      await errand(name, 'MailBackup.now');
      const before = await listing(ben());
      await exec(`rm -rf /var/vmail/${domain}/ben`);
      await send(name, 'Since then');
      await receive(ben(), 'Since then');
      expect((await errand(name, 'MailBackup.restore', { mailbox: ben().user }))?.output).toBe(
        'messages: 2\n',
      );
      await receive(ben(), 'First');
      await receive(ben(), 'Second');
      const subjects = async () => (await listing(ben())).map(({ subject }) => subject).sort();
      expect(await subjects()).toEqual(['First', 'Second', 'Since then']);
      const flagged = (await listing(ben())).filter(({ isFlagged }) => isFlagged);
      expect(flagged.map(({ subject }) => subject)).toEqual(['Second']);
      expect(before).toHaveLength(2);

      await inFolder(ben(), async (client) => {
        await client.messageDelete({ subject: 'First' });
      });
      expect(await subjects()).toEqual(['Second', 'Since then']);
      await errand(name, 'MailBackup.restore', { mailbox: ben().user });
      expect(await subjects()).toEqual(['First', 'Second', 'Since then']);
    },
    testLimitMs,
  );

  test(
    'everything comes back, accounts and numbers of messages among it',
    async () => {
      await errand(name, 'MailBackup.now');
      const before = await listing(ben());
      const isInDatabase = name === 'm12';
      await exec(
        `rm -rf /var/vmail/*; ${isInDatabase ? "mariadb mail -e 'DELETE FROM users'" : ':'}; systemctl restart dovecot`,
      );
      if (isInDatabase) await expect(listing(ben())).rejects.toThrow();
      await errand(name, 'MailBackup.restore', { all: true });
      expect(await listing(ben())).toEqual(before);
    },
    testLimitMs,
  );

  test(
    'files are put aside, backups are listed, and health knows how old the newest is',
    async () => {
      await errand(name, 'MailBackup.unpack', { path: '/etc/postfix', into: '/root/then' });
      const { exitCode } = await exec('cmp /root/then/etc/postfix/main.cf /etc/postfix/main.cf');
      expect(exitCode).toBe(0);
      // One a day is kept, and by newer releases of restic the very first.
      const listed = (await errand(name, 'MailBackup.list'))?.lines[0];
      expect(listed).toMatch(/^[12] backups?$/);
      const found = await indicatorsOf(name, everything(lab));
      expect(found.find((each) => each.name === 'backup')).toMatchObject({ verdict: 'good' });
      const { stdout } = await exec('systemctl is-active mail-backup.timer');
      expect(stdout).toBe('active\n');
    },
    testLimitMs,
  );
});

describe.each(rows)('a second MX of %s', (name, domain) => {
  const { second } = places[name];
  const smtp = (lines: readonly string[]) =>
    smtpDialogue({ address: lab.host(second).address, port: 25 }, [
      `EHLO mail.${stranger}`,
      ...lines,
      'QUIT',
    ]);

  test('is in DNS behind the first', async () => {
    const dns = resolverOf(lab.host('ns').address);
    const found = (await dns.resolveMx(domain)).sort((one, next) => one.priority - next.priority);
    expect(found).toMatchObject([
      { exchange: `mail.${domain}`, priority: 10 },
      { exchange: `mx2.${domain}`, priority: 20 },
    ]);
    expect(await dns.resolve4(`mx2.${domain}`)).toEqual([lab.host(second).address]);
  });

  test(
    'keeps what comes while the first is down, and hands it over afterwards',
    async () => {
      // Asked for while the first can answer, and known from then on.
      await smtp(['MAIL FROM:<>', `RCPT TO:<anna@${domain}>`]);
      await lab.host(name).exec('systemctl stop postfix');
      const subject = `While ${name} was down`;
      expect(await outside(second, `anna@${domain}`, subject)).toMatch(/^250 2\.0\.0/);
      await until(async () => {
        const list = await errand(second, 'MailQueue.list', { queue: 'deferred' });
        return list?.lines[0] === '1 message';
      });
      await lab.host(name).exec('systemctl start postfix');
      await errand(second, 'MailQueue.flush');
      const source = String(await receive(account(name, `anna@${domain}`), subject));
      expect(source).toMatch(
        new RegExp(`^Received: from mx2\\.${domain.replace('.', '\\.')}`, 'm'),
      );
    },
    testLimitMs,
  );

  test(
    'takes nothing that would come back: neither unknown addresses, nor mail of others, nor forged senders',
    async () => {
      const replies = await smtp([
        'MAIL FROM:<>',
        `RCPT TO:<nobody@${domain}>`,
        'RCPT TO:<someone@elsewhere.lab>',
        `RCPT TO:<ben+tag@${domain}>`,
        'RSET',
        `MAIL FROM:<anna@${domain}>`,
        `RCPT TO:<ben@${domain}>`,
      ]);
      expect(replies[3]).toMatch(/^550 5\.1\.[01]/);
      expect(replies[4]).toMatch(/^554 5\.7\.1 .*Relay access denied/);
      expect(replies[5]).toMatch(/^250/);
      expect(replies[8]).toMatch(/^554 5\.7\.1/);
      const forger = await lab.addClientAddress();
      try {
        const from = `someone@${stranger}`;
        const to = `ben@${domain}`;
        const message = messageText({ from, to, subject: 'Forged' });
        const server = { address: lab.host(second).address, port: 25, localAddress: forger };
        const lines = [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA', `${message}\r\n.`];
        const said = await smtpDialogue(server, [`EHLO mail.${stranger}`, ...lines, 'QUIT']);
        expect(said[5]).toMatch(/^550 5\.7\.1 rejected by DMARC policy/);
      } finally {
        await lab.removeClientAddress(forger);
      }
    },
    testLimitMs,
  );
});

describe.each(rows)('what %s has when it is asked for', (name, domain) => {
  const ben = () => account(name, `ben@${domain}`);
  const exec = (script: string) => lab.host(name).exec(script);

  test('postscreen refuses who talks before the greeting, and lets through who waits', async () => {
    const early = await lab.addClientAddress();
    try {
      const said = await talkEarly(lab.host(name).address, early, ben().user);
      expect(said).toMatch(/^5\d\d 5\.5\.1/m);
      expect(said).not.toMatch(/^250 2\.1\.5/m);
    } finally {
      await lab.removeClientAddress(early);
    }
    expect(await outside(name, ben().user, `Waited on ${name}`)).toMatch(/^250 2\.0\.0/);
    await receive(ben(), `Waited on ${name}`);
    const { stdout } = await exec('journalctl -q -o cat -t postfix/postscreen --no-pager');
    expect(stdout).toMatch(/^PREGREET \d+ after .* from \[/m);
    expect(stdout).toMatch(/^PASS NEW \[/m);
  }, 60_000);

  test('rules of users count, and are taken after TLS only', async () => {
    const greeting = await sieveGreeting(lab.host(name).address);
    expect(greeting).toContain('"SASL" ""');
    expect(greeting).toContain('"STARTTLS"');
    const rules =
      'require ["fileinto", "mailbox"];\nif header :contains "subject" "Rule" {\n  fileinto :create "Ruled";\n}\n';
    expect(await storeRules(ben(), rules)).toEqual([
      expect.stringMatching(/^OK/),
      expect.stringMatching(/^OK/),
      expect.stringMatching(/^OK/),
    ]);
    await send(name, 'A Rule for this');
    // The folder is made by the rule.
    await until(() => receive(ben(), 'A Rule for this', 'Ruled').then(Boolean, () => false));
    const wrong = { ...ben(), password: 'wrong' };
    expect((await storeRules(wrong, rules))[0]).toMatch(/^NO/);
  }, 60_000);

  test(
    'what is moved to Junk is learned as spam, and what is moved out of it as none',
    async () => {
      const learned = async (kind: 'nspam' | 'nham') => {
        const { stdout } = await exec(
          'runuser -u amavis -- env HOME=/var/lib/amavis sa-learn --dump magic',
        );
        return Number(new RegExp(`(\\d+) +\\d+ +non-token data: ${kind}`).exec(stdout)?.[1] ?? 0);
      };
      await send(name, 'Buy this');
      await receive(ben(), 'Buy this');
      await inFolder(ben(), (client) => client.messageMove({ subject: 'Buy this' }, 'Junk'));
      await until(async () => (await learned('nspam')) === 1);
      // What SpamAssassin is sure of it learns by itself, so that some is there.
      const ham = await learned('nham');
      await inFolder(
        ben(),
        (client) => client.messageMove({ subject: 'Buy this' }, 'INBOX'),
        'Junk',
      );
      await until(async () => (await learned('nham')) > ham);
      expect(await learned('nspam')).toBe(0);
      const { stdout } = await exec('find /var/spool/mail-learning -type f');
      expect(stdout).toBe('');
    },
    testLimitMs,
  );
});

describe.each(rows)('upkeep of %s', (name) => {
  const exec = (script: string) => lab.host(name).exec(script);

  test(
    'security updates are taken every day, and nothing else',
    async () => {
      const { stdout, exitCode } = await exec('unattended-upgrade --dry-run --debug 2>&1');
      expect(exitCode).toBe(0);
      const codename = name === 'm12' ? 'bookworm' : 'trixie';
      expect(stdout).toContain(
        `Allowed origins are: origin=Debian,codename=${codename}-security,label=Debian-Security\n`,
      );
      expect(stdout).toMatch(/^Initial blacklist: \^mariadb-server\$$/m);
      const timers = await exec('systemctl is-active apt-daily.timer apt-daily-upgrade.timer');
      expect(timers.stdout).toBe('active\nactive\n');
    },
    testLimitMs,
  );

  test(
    'logs are rotated, and whoever writes them goes on writing',
    async () => {
      await exec('echo before >/var/log/own.log');
      const looked = await exec('logrotate --debug /etc/logrotate.conf 2>&1');
      expect(looked.exitCode).toBe(0);
      expect(looked.stdout).not.toMatch(/^error:/m);
      await exec('logrotate --force /etc/logrotate.conf && journalctl -q --rotate');
      expect((await exec('cat /var/log/own.log.1; cat /var/log/own.log')).stdout).toBe('before\n');
      await exec('fail2ban-client set postfix banip 203.0.113.99');
      await until(async () =>
        (await exec('cat /var/log/fail2ban.log')).stdout.includes('Ban 203.0.113.99'),
      );
      await send(name, 'After the rotation');
      await receive(account(name, `ben@${places[name].domain}`), 'After the rotation');
      const { stdout } = await exec(
        'journalctl -q -o cat --since=-5min -t postfix/qmgr -t dovecot',
      );
      expect(stdout).toMatch(/queue active/);
      expect(stdout).toMatch(/lmtp\(ben@/);
      expect((await exec('test -d /var/log/journal')).exitCode).toBe(0);
    },
    testLimitMs,
  );
});

describe('a domain that moves', () => {
  let domains: Domains = atFirst;
  const resolver = () => resolverOf(lab.host('ns').address);

  test.each(names)(
    'has its old, its late and its new mail at %s',
    async (to) => {
      const from = places[to].other;
      const moving = places[from].leaving;
      const cara = `cara@${moving}`;
      domains = { ...domains, [to]: { ...domains[to], more: [...domains[to].more, moving] } };
      const book = arrival(lab, to, domains, { address: cara, certificate: certificateOf(from) });
      const copy = () => errandOn(to, book, 'MailboxCopy.copy');

      expect(await outside(from, cara, 'Old mail')).toMatch(/^250/);
      await receive(account(from, cara), 'Old mail');
      const { outcome } = await apply(book, { limit: to });
      expect(outcome.steps.filter(({ result }) => result === 'failed')).toEqual([]);
      expect((await resolver().resolveMx(moving))[0]?.exchange).toMatch(places[from].domain);
      await copy();
      await receive(account(to, cara), 'Old mail');
      expect(await outside(from, cara, 'Late mail')).toMatch(/^250/);
      await receive(account(from, cara), 'Late mail');

      await expectConverged(book);
      const exchanges = (await resolver().resolveMx(moving)).map(({ exchange }) => exchange);
      expect(exchanges.sort()).toEqual([`mail.${places[to].domain}`, `mx2.${places[to].domain}`]);
      // The new host has mail of its own by now, with the same number as the late mail.
      expect(await outside(to, cara, 'New mail')).toMatch(/^250/);
      await receive(account(to, cara), 'New mail');
      await copy();
      await copy();
      const subjects = (await listing(account(to, cara))).map(({ subject }) => subject).sort();
      expect(subjects).toEqual(['Late mail', 'New mail', 'Old mail']);
      const { more, moved } = domains[from];
      const left = { more: more.filter((own) => own !== moving), moved: [...moved, moving] };
      domains = { ...domains, [from]: left };
    },
    applyLimitMs,
  );

  test(
    'is relayed by its former host, which asks the new one for each address',
    async () => {
      await expectConverged(everything(lab, domains));
      for (const to of names) {
        const from = places[to].other;
        const cara = `cara@${places[from].leaving}`;
        expect(await outside(from, cara, 'To the old host')).toMatch(/^250/);
        await receive(account(to, cara), 'To the old host');
        const server = { address: lab.host(from).address, port: 25 };
        const nobody = `RCPT TO:<nobody@${places[from].leaving}>`;
        const lines = [`EHLO mail.${stranger}`, 'MAIL FROM:<>', nobody, 'QUIT'];
        expect((await smtpDialogue(server, lines))[3]).toMatch(/^550 5\.1\.[01]/);
        await expect(listing(account(from, cara))).rejects.toThrow();
      }
    },
    applyLimitMs,
  );
});
