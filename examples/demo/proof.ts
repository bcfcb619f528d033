import { judge, type MailAccount, receive, resolverOf, submit } from './mail-client.ts';
import { portState, smtpDialogue } from './network-client.ts';

/** The finished system as its users and everybody else see it from outside. */
export interface MailSite {
  readonly domain: string;
  readonly anna: MailAccount;
  readonly ben: MailAccount;
  readonly dnsServer: string;
  /** Runs a command on the mail host and returns what it prints. */
  readonly askHost: (command: string) => Promise<string>;
}

/** Something that must hold. `prove` returns what was seen, and throws when it was something else. */
export interface Claim {
  readonly name: string;
  readonly prove: (site: MailSite) => Promise<string>;
}

/** What the mail system is for, claim by claim, checked by programs that have nothing to do with how it was set up. */
export const claims: readonly Claim[] = [
  {
    name: 'mail submitted on 587 with STARTTLS and password is in the mailbox, read over IMAPS, and signed',
    prove: proveDelivery,
  },
  { name: 'a password is taken after TLS only, and on port 25 never', prove: proveLoginNeedsTls },
  { name: 'strangers cannot send through it', prove: proveNoRelay },
  { name: 'the records are published', prove: proveRecords },
  { name: 'ports of mail are open, all others closed', prove: provePorts },
  { name: 'the jails are running', prove: proveJails },
];

async function proveDelivery({ domain, anna, ben, dnsServer }: MailSite): Promise<string> {
  const subject = `Hello ${process.hrtime.bigint()}`;
  const startedAt = performance.now();
  await submit(anna, { from: anna.user, to: ben.user, subject, text: 'Can you read this?' });
  const message = await receive(ben, subject);
  const ms = Math.round(performance.now() - startedAt);
  const verdicts = await judge(anna, message, anna.user, dnsServer);
  const expected = { dkim: [{ result: 'pass', domain }], spf: 'pass', dmarc: 'pass' };
  demand(
    JSON.stringify(verdicts) === JSON.stringify(expected),
    `judged ${JSON.stringify(verdicts)}`,
  );
  return `delivered in ${ms} ms; DKIM, SPF and DMARC pass with the records of the DNS host`;
}

async function proveLoginNeedsTls({ anna }: MailSite): Promise<string> {
  for (const port of [25, 587]) {
    const [, offers = ''] = await smtpDialogue({ address: anna.server, port }, [
      'EHLO client.example.net',
      'QUIT',
    ]);
    demand(/STARTTLS/.test(offers) && !/AUTH/.test(offers), `port ${port} offers: ${offers}`);
  }
  const lines = ['EHLO client.example.net', 'MAIL FROM:<x@example.net>', 'QUIT'];
  const [, , reply = ''] = await smtpDialogue({ address: anna.server, port: 587 }, lines);
  demand(reply.startsWith('530 5.7.0'), reply);
  return reply;
}

async function proveNoRelay({ anna }: MailSite): Promise<string> {
  const lines = [
    'EHLO client.example.net',
    'MAIL FROM:<>',
    'RCPT TO:<someone@example.org>',
    'QUIT',
  ];
  const [, , , reply = ''] = await smtpDialogue({ address: anna.server, port: 25 }, lines);
  demand(reply.startsWith('554 5.7.1'), reply);
  return reply;
}

async function proveRecords({ domain, anna, dnsServer }: MailSite): Promise<string> {
  const resolver = resolverOf(dnsServer);
  const [mx, addresses, texts, dmarc, keys] = await Promise.all([
    resolver.resolveMx(domain),
    resolver.resolve4(anna.hostname),
    resolver.resolveTxt(domain),
    resolver.resolveTxt(`_dmarc.${domain}`),
    resolver.resolveTxt(`mail._domainkey.${domain}`),
  ]);
  demand(mx.length === 1 && mx[0]?.exchange === anna.hostname, `MX ${JSON.stringify(mx)}`);
  demand(addresses.join() === anna.server, `A ${addresses.join()}`);
  demand(JSON.stringify(texts) === '[["v=spf1 mx ~all"]]', `TXT ${JSON.stringify(texts)}`);
  demand(
    JSON.stringify(dmarc) === '[["v=DMARC1; p=quarantine"]]',
    `DMARC ${JSON.stringify(dmarc)}`,
  );
  const key = keys[0]?.join('') ?? '';
  demand(/^v=DKIM1; h=sha256; k=rsa; p=\S{392}$/.test(key), `DKIM ${key}`);
  return `MX, A, SPF, DMARC and a DKIM key of 2048 bits, from ${dnsServer}`;
}

const openPorts = [22, 25, 143, 465, 587, 993, 995];
const closedPorts = [53, 110, 783, 3306, 3310, 4190, 8891, 8893, 10_024, 10_025];

async function provePorts({ anna }: MailSite): Promise<string> {
  const stateOf = async (port: number) => [port, await portState(anna.server, port)] as const;
  const [open, closed] = await Promise.all([
    Promise.all(openPorts.map(stateOf)),
    Promise.all(closedPorts.map(stateOf)),
  ]);
  demand(
    open.every(([, state]) => state === 'open'),
    `should be open: ${open.join(' ')}`,
  );
  demand(
    closed.every(([, state]) => state !== 'open'),
    `should be closed: ${closed.join(' ')}`,
  );
  return `open ${openPorts.join(' ')}; closed ${closedPorts.map(String).join(' ')}`;
}

async function proveJails({ askHost }: MailSite): Promise<string> {
  const status = await askHost('fail2ban-client status');
  const jails = /Jail list:\s*(.*)/.exec(status)?.[1] ?? '';
  demand(jails === 'dovecot, postfix, sshd', status);
  return jails;
}

function demand(isHeld: boolean, seen: string): void {
  if (!isHeld) throw new Error(seen);
}
