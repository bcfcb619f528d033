import { ImapFlow } from 'imapflow';
import type { MailAccount } from '../../examples/demo/mail-client.ts';

/** Number, subject and flag of each message in the inbox. */
export function listing(whose: MailAccount) {
  return inFolder(whose, async (client) => {
    const all = await client.fetchAll('1:*', { uid: true, envelope: true, flags: true });
    return all.map(({ uid, envelope, flags }) => ({
      uid,
      subject: envelope?.subject ?? '',
      isFlagged: flags?.has('\\Flagged') ?? false,
    }));
  });
}

/** Logs in, opens a folder, and leaves it again. */
export async function inFolder<Found>(
  { server, hostname, certificate, user: name, password }: MailAccount,
  use: (client: ImapFlow) => Promise<Found>,
  folder = 'INBOX',
): Promise<Found> {
  const client = new ImapFlow({
    host: server,
    port: 993,
    secure: true,
    auth: { user: name, pass: password },
    tls: { ca: certificate, servername: hostname },
    logger: false,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.mailboxOpen(folder);
    return await use(client);
  } finally {
    await client.logout();
  }
}
