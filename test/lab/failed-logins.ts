import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { lineDialogue } from './line-dialogue.ts';
import { authPlain, smtpOverTls } from './smtp-tls.ts';

/** Fails to log in so often that a jail bans the address. */
export type FailedLogins = (host: string, localAddress: string) => Promise<unknown>;

/** As many failed logins as the jail allows, each on a connection of its own, because hits are counted by connection. */
export async function failAtImap(host: string, localAddress: string): Promise<void> {
  const attempt = () => {
    const socket = connect({ host, port: 993, localAddress });
    const open = () => connectTls({ socket, rejectUnauthorized: false });
    // A ban may come in between; then the rest is refused, which is what is wanted.
    return lineDialogue(open, ['a LOGIN anna@example.com wrong', 'b LOGOUT']).catch(() => []);
  };
  await Promise.all(Array.from({ length: 6 }, attempt));
}

/** The same for sending: each on a connection of its own, one after the other, as a ban comes in between. */
export async function failAtSubmission(address: string, localAddress: string): Promise<void> {
  const lines = ['EHLO me.example.net', authPlain('anna@example.com', 'wrong')];
  for (const port of [587, 465, 587, 465, 587, 465] as const) {
    await smtpOverTls({ address, port, localAddress }, lines).catch(() => []);
  }
}
