import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { connect as connectTls } from 'node:tls';
import { plan, runErrand, secret } from '@hostwright/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import {
  judge,
  type MailAccount,
  receive,
  resolverOf,
  submit,
} from '../../examples/demo/mail-client.ts';
import { portState, smtpDialogue } from '../../examples/demo/network-client.ts';
import { expectConverged } from './converged.ts';
import {
  eicar,
  filteredDomains,
  filteredHosts,
  filteredLab,
  gtube,
  secondDomain,
} from './filtered-mail.ts';
import { httpsGet } from './https-get.ts';
import { lineDialogue } from './line-dialogue.ts';
import { inFolder, listing } from './mail-folder.ts';
import { messageText, sendFromOutside, type TextMail, zipOf } from './outside-mail.ts';
import { until } from './until.ts';
import { useLab } from './use-lab.ts';

const lab = useLab(filteredHosts('mail'), 'mail-filters');

const domains = filteredDomains;
const second = 'second.lab';
const passwords = { anna: 'annas pass', ben: 'bens "pass"', cara: 'caras pass' };
const strict = generateKeyPairSync('rsa', { modulusLength: 2048 });
const applyLimitMs = 20 * 60_000;

const certificates = new Map<string, string>();

function system() {
  const users = {
    anna: { password: secret(passwords.anna) },
    ben: { password: secret(passwords.ben) },
    cara: { password: secret(passwords.cara), quotaMiB: 1 },
  };
  const spki = strict.publicKey.export({ type: 'spki', format: 'der' });
  return filteredLab(lab, users, { strictKey: `v=DKIM1; k=rsa; p=${spki.toString('base64')}` });
}

beforeAll(async () => {
  await expectConverged(system());
  for (const [name, domain] of Object.entries(domains)) {
    const { stdout } = await lab.host(name).exec(`cat /etc/ssl/certs/mail.${domain}.pem`);
    certificates.set(name, stdout);
  }
}, applyLimitMs);

test('M47 a second plan is empty', async () => {
  const { plan: planned } = await plan(system());
  const changes = planned.steps.filter(({ verdict }) => verdict.is !== 'unchanged');
  expect(changes.map(({ id }) => id)).toEqual([]);
}, 60_000);

test('M43 what a host that is down should get is reported with the reason, and flushed when it is back', async () => {
  const from = `anna@${domains.m12}`;
  const to = `ben@${domains.m13}`;
  const sender: MailAccount = {
    server: lab.host('m12').address,
    hostname: `mail.${domains.m12}`,
    certificate: certificates.get('m12') ?? '',
    user: from,
    password: passwords.anna,
  };
  const subject = 'To the other one';
  await lab.host('m13').exec('systemctl stop postfix');
  await submit(sender, { from, to, subject, text: 'Hi.' });
  const only = { limit: 'm12' };
  const putOff = async () => {
    const { hosts } = await runErrand(
      system(),
      'MailQueue.list',
      { recipient: to, queue: 'deferred' },
      only,
    );
    return hosts.flatMap((own) => (own.error === undefined ? own.resources : []));
  };
  await until(async () => (await putOff())[0]?.lines[0] === '1 message');
  expect((await putOff())[0]?.lines.join('\n')).toMatch(/Connection refused/);
  await lab.host('m13').exec('systemctl start postfix');
  expect(await runErrand(system(), 'MailQueue.flush', {}, only)).toMatchObject({ isDone: true });
  const receiver = {
    ...sender,
    server: lab.host('m13').address,
    hostname: `mail.${domains.m13}`,
    certificate: certificates.get('m13') ?? '',
    user: to,
    password: passwords.ben,
  };
  const source = String(await receive(receiver, subject)).replace(/\r\n\s+/g, ' ');
  expect(source).toMatch(/^Authentication-Results: .*dkim=pass/m);
  expect(source).toMatch(/^Authentication-Results: .*dmarc=pass/m);
}, 300_000);

describe.each(Object.entries(domains))('mail with filters on %s', (name, domain) => {
  const host = () => lab.host(name);
  const to = `ben@${domain}`;
  const account = (user: keyof typeof passwords): MailAccount => ({
    server: host().address,
    hostname: `mail.${domain}`,
    certificate: certificates.get(name) ?? '',
    user: `${user}@${domain}`,
    password: passwords[user],
  });
  const from = `someone@strict.lab`;
  const outside = (mail: Partial<TextMail> & { readonly subject: string }) =>
    sendFromOutside({
      server: host().address,
      from: '',
      to: mail.to ?? to,
      message: messageText({ from: 'someone@quar.invalid', to, ...mail }),
    });
  const sql = (text: string) => host().exec(`printf %s ${JSON.stringify(text)} | mariadb mail`);
  const smtp = (lines: readonly string[]) =>
    smtpDialogue({ address: host().address, port: 25 }, ['EHLO stranger.strict.lab', ...lines]);

  test('M32 a plain message carries the marks of both filters', async () => {
    expect(await outside({ subject: 'Plain' })).toMatch(/^250 2\.0\.0/);
    const message = String(await receive(account('ben'), 'Plain'));
    expect(message).toMatch(/^X-Virus-Scanned: /m);
    expect(message).toMatch(/^X-Spam-Status: No,/m);
  });

  test('M31 spam goes to Junk', async () => {
    expect(await outside({ subject: 'Spam', text: gtube })).toMatch(/^250 2\.0\.0/);
    const message = String(await receive(account('ben'), 'Spam', 'Junk'));
    expect(message).toMatch(/^X-Spam-Flag: YES/m);
    const inbox = (await listing(account('ben'))).map(({ subject }) => subject);
    expect(inbox).not.toContain('Spam');
  });

  test('M33 a virus reaches nobody, and the postmaster is told', async () => {
    const infected = { name: 'report.bin', bytes: Buffer.from(eicar) };
    await outside({ subject: 'Infected', attachment: infected });
    await receive(account('anna'), 'VIRUS');
    const { stdout } = await host().exec(`grep -rl 'filename="report.bin"' /var/vmail || :`);
    expect(stdout).toBe('');
  });

  test('M34 a virus in an archive reaches nobody, and a clean archive does', async () => {
    const zip = { name: 'report.zip', bytes: zipOf('report.bin', Buffer.from(eicar)) };
    const clean = { name: 'clean.zip', bytes: zipOf('report.txt', Buffer.from('Nothing.')) };
    await outside({ subject: 'Infected zip', attachment: zip });
    await outside({ subject: 'Clean zip', attachment: clean });
    await receive(account('ben'), 'Clean zip');
    const { stdout } = await host().exec(
      `grep -rl '^Subject: Infected' /var/vmail/${domain}/ben || :; ls /var/lib/amavis/virusmails/* | wc -l`,
    );
    expect(Number(stdout)).toBeGreaterThanOrEqual(2);
  });

  test('mail waits when no scanner can look at it, and arrives when one can again', async () => {
    await host().exec('systemctl stop clamav-daemon.socket clamav-daemon.service');
    await outside({ subject: 'Waited' });
    await until(async () => (await host().exec('mailq')).stdout.includes('virus_scan'));
    const unseen = await host().exec(`grep -rl '^Subject: Waited' /var/vmail/${domain}/ben || :`);
    expect(unseen.stdout).toBe('');
    await host().exec('systemctl start clamav-daemon.service && sleep 1 && postqueue -f');
    await receive(account('ben'), 'Waited');
  }, 300_000);

  test('M24 a message of a user passes the filter and is signed once', async () => {
    const message = { from: account('anna').user, to, subject: 'Signed', text: 'Hi.' };
    await submit(account('anna'), message);
    const source = await receive(account('ben'), 'Signed');
    expect(String(source)).toMatch(/^X-Virus-Scanned: /m);
    const dns = lab.host('ns').address;
    expect(await judge(account('anna'), source, account('anna').user, dns)).toEqual({
      dkim: [{ result: 'pass', domain }],
      spf: 'pass',
      dmarc: 'pass',
    });
  });

  test('M29 a domain that disowns a message has it refused', async () => {
    const message = messageText({ from, to, subject: 'Disowned' });
    const reply = await sendFromOutside({ server: host().address, from, to, message });
    expect(reply).toMatch(/^550 5\.7\.1 rejected by DMARC policy for strict\.lab/);
  });

  test('M30 its own signature lets a message in that SPF would refuse', async () => {
    const message = messageText({ from, to, subject: 'Signed by strict.lab' });
    const privateKey = String(strict.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const key = { signingDomain: 'strict.lab', selector: 'test', privateKey };
    const { signatures } = await dkimSign(`${message}\r\n`, {
      canonicalization: 'relaxed/relaxed',
      ...key,
      signatureData: [key],
    });
    const signed = `${signatures}${message}`;
    const reply = await sendFromOutside({ server: host().address, from, to, message: signed });
    expect(reply).toMatch(/^250 2\.0\.0/);
    const source = String(await receive(account('ben'), 'Signed by strict.lab'));
    const results = source.replace(/\r\n\s+/g, ' ');
    expect(results).toMatch(/^Authentication-Results: .*dkim=pass/m);
    expect(results).toMatch(/^Authentication-Results: .*dmarc=pass/m);
    expect(results).toMatch(/^Received-SPF: Fail/im);
  });

  test('what its domain wants set aside goes to Junk', async () => {
    const message = messageText({ from: 'x@quar.lab', to, subject: 'Aside' });
    const mail = { server: host().address, from: 'x@quar.lab', to, message };
    expect(await sendFromOutside(mail)).toMatch(/^250 2\.0\.0/);
    await receive(account('ben'), 'Aside', 'Junk');
  });

  test('M39 a full mailbox is refused at RCPT, another is not', async () => {
    await host().exec(
      `{ printf 'Subject: Fill\\n\\n'; head -c 950000 /dev/zero | tr '\\0' x; } | doveadm save -u cara@${domain}`,
    );
    const replies = await smtp([
      'MAIL FROM:<> SIZE=2000000',
      `RCPT TO:<cara@${domain}>`,
      `RCPT TO:<${to}>`,
      'RSET',
      'MAIL FROM:<> SIZE=200000',
      `RCPT TO:<cara@${domain}>`,
      'QUIT',
    ]);
    expect(replies[3]).toMatch(/^552 5\.2\.[23]/);
    expect(replies[4]).toMatch(/^250/);
    expect(replies[7]).toMatch(/^552 5\.2\.2/);
    const quota = await inFolder(account('cara'), (client) => client.getQuota('INBOX'));
    expect(quota || {}).toMatchObject({ storage: { limit: 1024 * 1024 } });
  });

  test('M40 a message that is too large is refused before it is sent, and one that is not comes whole', async () => {
    const replies = await smtp(['MAIL FROM:<> SIZE=30000000', 'QUIT']);
    expect(replies[2]).toMatch(/^552 5\.3\.4/);
    // Just below: 18 MiB are 25 MiB and a little less on their way.
    const bytes = randomBytes(18 * 1024 * 1024);
    const attachment = { name: 'large.bin', bytes };
    expect(await outside({ subject: 'Large', attachment })).toMatch(/^250 2\.0\.0/);
    const source = String(await receive(account('ben'), 'Large'));
    const encoded = /filename="large\.bin"\r\n\r\n([A-Za-z0-9+/=\r\n]+)--part--/.exec(source)?.[1];
    expect(Buffer.from(encoded ?? '', 'base64').equals(bytes)).toBe(true);
  });

  test('M44 a message to nowhere comes back to the user who sent it', async () => {
    const nowhere = { to: 'x@nowhere.strict.lab', subject: 'To nowhere', text: 'x' };
    await submit(account('anna'), { from: account('anna').user, ...nowhere });
    const report = String(await receive(account('anna'), 'Undelivered'));
    expect(report).toMatch(/^Status: 5\.(4\.4|1\.2)/m);
  });

  test('M15 a row by hand is a mailbox at once, and nothing is restarted', async () => {
    const pids = 'pidof -s dovecot; systemctl show -P MainPID postfix dovecot';
    const before = await host().exec(pids);
    await sql(`INSERT INTO users (email, password) SELECT 'dora@${domain}', '{PLAIN}doras pass';`);
    const dora: MailAccount = { ...account('ben'), user: `dora@${domain}`, password: 'doras pass' };
    const toDora = { to: dora.user };
    expect(await outside({ subject: 'First', ...toDora })).toMatch(/^250/);
    await receive(dora, 'First');
    expect((await host().exec(pids)).stdout).toBe(before.stdout);
  });

  test('M16 a mailbox is shut by its row, and opened again with its mail', async () => {
    const dora: MailAccount = { ...account('ben'), user: `dora@${domain}`, password: 'doras pass' };
    const toDora = { to: dora.user };
    await sql(`UPDATE users SET active = 0 WHERE email = 'dora@${domain}';`);
    expect(await outside({ subject: 'Second', ...toDora })).toMatch(/^550 5\.1\.1/);
    expect(await loginAnswer(dora)).toMatch(/^a NO /);
    await sql(`UPDATE users SET active = 1 WHERE email = 'dora@${domain}';`);
    await receive(dora, 'First');
  });

  test('M17 another domain takes mail, and signs what its users send with a key of its own', async () => {
    const own = secondDomain(domain);
    const eve = { ...account('anna'), user: `eve@${own}` };
    expect(await outside({ subject: 'To eve', to: eve.user })).toMatch(/^250/);
    await receive(eve, 'To eve');
    await submit(eve, { from: eve.user, to, subject: 'From eve', text: 'Hi.' });
    const source = await receive(account('ben'), 'From eve');
    const dns = lab.host('ns').address;
    expect((await judge(eve, source, eve.user, dns)).dkim).toEqual([
      { result: 'pass', domain: own },
    ]);
  });

  test('a domain by rows alone takes mail', async () => {
    await sql(
      `INSERT INTO domains (name) VALUES ('${second}'); INSERT INTO aliases (source, destination) VALUES ('@${second}', '${to}');`,
    );
    expect(await outside({ subject: 'Caught', to: `any@${second}` })).toMatch(/^250/);
    await receive(account('ben'), 'Caught');
  });

  test('the account of Postfix and Dovecot may read, and do nothing else', async () => {
    const asReader = (text: string) =>
      host().exec(`mariadb -umailreader -preader-of-accounts mail -e ${JSON.stringify(text)} 2>&1`);
    expect((await asReader('SELECT name FROM domains')).stdout).toContain(domain);
    expect((await asReader('DELETE FROM users')).stdout).toMatch(/ERROR 1142.*DELETE/);
    expect((await asReader('SELECT * FROM mysql.global_priv')).stdout).toMatch(/ERROR 1142/);
  });

  test('Dovecot has nothing to complain of', async () => {
    const { stdout } = await host().exec('journalctl -u dovecot -o cat --no-pager');
    const errors = stdout.split('\n').filter((line) => /: (Error|Fatal|Panic): /.test(line));
    expect(errors).toEqual([]);
  });

  test('M38 no service behind the mail server can be reached', async () => {
    const ports = [783, 3306, 3310, 8891, 8893, 10_024, 10_025, 10_026];
    const states = await Promise.all(ports.map((port) => portState(host().address, port)));
    expect(states).toEqual(ports.map(() => 'filtered'));
  });
});

/** What IMAP over TLS answers to a login. */
async function loginAnswer({ server, hostname, certificate, user, password }: MailAccount) {
  const open = () => connectTls({ host: server, port: 993, ca: certificate, servername: hostname });
  const [, answer] = await lineDialogue(open, [`a LOGIN ${user} "${password}"`, 'b LOGOUT']);
  return answer;
}

test.each(Object.entries(domains))(
  'M1 the address of %s has the name that it greets by',
  async (name, domain) => {
    const { address } = lab.host(name);
    const [greeting] = await smtpDialogue({ address, port: 25 }, ['QUIT']);
    const dns = resolverOf(lab.host('ns').address);
    expect(greeting).toMatch(new RegExp(`^220 mail\\.${domain} ESMTP`));
    expect(await dns.reverse(address)).toEqual([`mail.${domain}`]);
    expect(await dns.resolve4(`mail.${domain}`)).toEqual([address]);
  },
);

test('M48 what else was asked for is in DNS', async () => {
  const dns = resolverOf(lab.host('ns').address);
  const domain = 'twelve.lab';
  const text = async (name: string) => (await dns.resolveTxt(`${name}.${domain}`)).flat().join('');
  expect(await text('_dmarc')).toBe(`v=DMARC1; p=reject; rua=mailto:postmaster@${domain}`);
  expect(await text('_smtp._tls')).toBe(`v=TLSRPTv1; rua=mailto:postmaster@${domain}`);
  expect(await text('_mta-sts')).toMatch(/^v=STSv1; id=[0-9a-f]{32};$/);
  const place = { name: `mail.${domain}`, weight: 1 };
  expect(await dns.resolveSrv(`_submissions._tcp.${domain}`)).toMatchObject([
    { ...place, port: 465, priority: 0 },
  ]);
  expect(await dns.resolveSrv(`_imaps._tcp.${domain}`)).toMatchObject([{ port: 993 }]);
  expect(await dns.resolve4(`mta-sts.${domain}`)).toEqual([lab.host('m12').address]);
});

test.each(Object.entries(domains))(
  'M48 %s serves the policies about TLS to senders that verify, and nothing else',
  async (name, domain) => {
    for (const each of [domain, secondDomain(domain)]) {
      const from = {
        address: lab.host(name).address,
        name: `mta-sts.${each}`,
        certificate: certificates.get(name) ?? '',
      };
      expect(await httpsGet({ ...from, path: '/.well-known/mta-sts.txt' })).toEqual({
        status: 200,
        type: 'text/plain',
        text: `version: STSv1\r\nmode: testing\r\nmx: mail.${domain}\r\nmax_age: 604800\r\n`,
      });
      expect((await httpsGet({ ...from, path: '/' })).status).toBe(404);
    }
    expect(await portState(lab.host(name).address, 80)).toBe('filtered');
    expect((await lab.host(name).exec('ss -Hltn sport = :80')).stdout).toBe('');
  },
);
