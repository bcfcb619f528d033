import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { authenticate } from 'mailauth';
import { createTransport } from 'nodemailer';

/** One person with a mail program: which server it talks to, whom it trusts, and how it logs in. */
export interface MailAccount {
  /** IP address of the mail server. */
  readonly server: string;
  /** Name that the server's certificate must have. */
  readonly hostname: string;
  /** PEM of the certificate authority, or of the certificate when it signs itself. */
  readonly certificate: string;
  readonly user: string;
  readonly password: string;
  /** Address of this machine to connect from; any when left out. */
  readonly localAddress?: string;
}

export interface Message {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const answerLimitMs = 30_000;

/** Hands a message to port 587 with STARTTLS, or 465 with TLS from the start, and returns the answer of the server. */
export async function submit(
  account: MailAccount,
  message: Message,
  port: 587 | 465 = 587,
): Promise<string> {
  const transport = createTransport({
    host: account.server,
    port,
    secure: port === 465,
    requireTLS: true,
    name: 'client.example.net',
    auth: { user: account.user, pass: account.password },
    tls: { ca: account.certificate, servername: account.hostname },
    connectionTimeout: answerLimitMs,
    socketTimeout: answerLimitMs,
    ...(account.localAddress === undefined ? {} : { localAddress: account.localAddress }),
  });
  try {
    const { response } = await transport.sendMail(message);
    return response;
  } finally {
    transport.close();
  }
}

const deliveryLimitMs = 30_000;
const deliveryPollMs = 200;

/** The message with this subject from a folder, by IMAP over TLS. Waits for it to be delivered. */
export async function receive(
  account: MailAccount,
  subject: string,
  folder = 'INBOX',
): Promise<Buffer> {
  const client = await openFolder(account, folder);
  try {
    const deadline = Date.now() + deliveryLimitMs;
    while (Date.now() < deadline) {
      const found = await client.search({ subject }, { uid: true });
      const uid = found === false ? undefined : found?.at(-1);
      if (uid !== undefined) {
        const message = await client.fetchOne(String(uid), { source: true }, { uid: true });
        if (message !== false && message.source !== undefined) return message.source;
      }
      await sleep(deliveryPollMs);
      await client.noop();
    }
  } finally {
    await client.logout();
  }
  throw new Error(
    `“${subject}” did not reach ${folder} of ${account.user} within ${deliveryLimitMs / 1000} s.`,
  );
}

/** Folders by their special use, such as `\Sent`. */
export async function specialFolders(account: MailAccount): Promise<readonly string[]> {
  const client = await openFolder(account);
  try {
    return (await client.list()).flatMap(({ specialUse }) => specialUse ?? []);
  } finally {
    await client.logout();
  }
}

async function openFolder(account: MailAccount, folder = 'INBOX'): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: account.server,
    port: 993,
    secure: true,
    auth: { user: account.user, pass: account.password },
    tls: { ca: account.certificate, servername: account.hostname },
    logger: false,
  });
  // What fails is told by the call that fails; an event without a listener would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.mailboxOpen(folder);
    return client;
  } catch (thrown) {
    client.close();
    throw thrown;
  }
}

/** What a server that gets the message from this mail server would find. Words as in RFC 8601 §2.7: `pass`, `fail`, … */
export interface Verdicts {
  /** One for each DKIM signature, with the domain that signed. */
  readonly dkim: readonly { readonly result: string; readonly domain: string }[];
  readonly spf: string;
  readonly dmarc: string;
}

/** Judges a message by the records of one DNS server, as if it came from `account.server`. */
export async function judge(
  account: MailAccount,
  message: Buffer,
  sender: string,
  dnsServer: string,
): Promise<Verdicts> {
  const resolver = resolverOf(dnsServer);
  const { dkim, spf, dmarc } = await authenticate(message, {
    ip: account.server,
    helo: account.hostname,
    sender,
    resolver: (name, type) => resolver.resolve(name, type) as Promise<string[][]>,
  });
  const signatures = dkim.results.filter(({ status }) => status.result !== 'none');
  return {
    dkim: signatures.map(({ status, signingDomain }) => ({
      result: status.result,
      domain: String(signingDomain),
    })),
    spf: spf === false ? 'none' : spf.status.result,
    dmarc: dmarc === false ? 'none' : dmarc.status.result,
  };
}

/** A resolver that asks this server and no other. */
export function resolverOf(dnsServer: string): Resolver {
  const resolver = new Resolver({ timeout: 5000, tries: 2 });
  resolver.setServers([dnsServer]);
  return resolver;
}
