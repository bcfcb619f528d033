import type { Resolver } from 'node:dns/promises';
import { expect, test } from '@jest/globals';
import { type MailAccount, submit } from '../../examples/demo/mail-client.ts';
import { smtpDialogue } from '../../examples/demo/network-client.ts';
import { authLogin, authPlain, smtpOverTls } from './smtp-tls.ts';

/** A mail server, seen from another host. */
export interface SeenServer {
  readonly address: () => string;
  readonly hostname: string;
  /** What its DNS server answers. */
  readonly dns: () => Resolver;
  readonly account: (name: 'anna' | 'ben') => MailAccount;
}

/** What it says in SMTP, to anybody and to its users. */
export function describeProtocol({ address, hostname, dns, account }: SeenServer): void {
  const domain = hostname.slice(hostname.indexOf('.') + 1);
  const smtp = (port: number, lines: readonly string[]) =>
    smtpDialogue({ address: address(), port }, lines);
  const overTls = (port: 25 | 465 | 587, lines: readonly string[]) =>
    smtpOverTls({ address: address(), port }, lines);

  test('M1 port 25 greets by its name, to which the address belongs', async () => {
    const [greeting] = await smtp(25, ['QUIT']);
    expect(greeting).toMatch(new RegExp(`^220 ${hostname} ESMTP`));
    expect(await dns().resolve4(hostname)).toEqual([address()]);
  });

  test('M2 port 25 offers TLS and never AUTH, before TLS and after', async () => {
    const [, before] = await smtp(25, ['EHLO me.example.net', 'QUIT']);
    const [after] = await overTls(25, ['EHLO me.example.net']);
    expect(before).toMatch(/STARTTLS/);
    for (const offer of [before, after]) {
      for (const word of [/SIZE \d+/, /8BITMIME/, /ENHANCEDSTATUSCODES/])
        expect(offer).toMatch(word);
      expect(offer).not.toMatch(/AUTH/);
    }
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

  test('M4 port 587 wants TLS before anything else', async () => {
    const lines = ['EHLO me.example.net', 'MAIL FROM:<x@example.net>', 'QUIT'];
    const [, offer, refusal] = await smtp(587, lines);
    expect(offer).toMatch(/STARTTLS/);
    expect(offer).not.toMatch(/AUTH/);
    expect(refusal).toBe('530 5.7.0 Must issue a STARTTLS command first');
  });

  test('M5 port 587 takes the right password after TLS, and no other', async () => {
    const { user, password } = account('anna');
    const ehlo = 'EHLO me.example.net';
    const [offer, right] = await overTls(587, [ehlo, authPlain(user, password)]);
    expect(offer).toMatch(/AUTH (PLAIN LOGIN|LOGIN PLAIN)/);
    expect(right).toMatch(/^235 2\.7\.0/);
    const [, wrong] = await overTls(587, [ehlo, authPlain(user, 'wrong')]);
    expect(wrong).toMatch(/^535 5\.7\.8/);
  });

  test('M6 port 465 begins with TLS, and both ways to log in work', async () => {
    const { user, password } = account('ben');
    const ehlo = 'EHLO me.example.net';
    expect((await overTls(465, [ehlo, authPlain(user, password)]))[1]).toMatch(/^235/);
    expect((await overTls(465, [ehlo, ...authLogin(user, password)]))[3]).toMatch(/^235/);
  });

  test('M7 port 587 takes no recipient from who is not logged in', async () => {
    const lines = ['EHLO me.example.net', 'MAIL FROM:<>', `RCPT TO:<${account('ben').user}>`];
    expect((await overTls(587, lines))[2]).toMatch(/^554 5\.7\.1 .*Access denied/);
  });

  test('M8 nobody sends as another user', async () => {
    const to = account('ben').user;
    const spoof = { from: to, to, subject: 'spoof', text: 'x' };
    await expect(submit(account('anna'), spoof)).rejects.toThrow(/553 5\.7\.1/);
  });

  test('M11 an unknown mailbox is refused at once, and so is the domain itself as a sender from outside', async () => {
    const lines = ['EHLO me.example.net', 'MAIL FROM:<>', `RCPT TO:<nobody@${domain}>`, 'RSET'];
    const spoofed = [`MAIL FROM:<anna@${domain}>`, `RCPT TO:<ben@${domain}>`, 'QUIT'];
    const replies = await smtp(25, [...lines, ...spoofed]);
    expect(replies[3]).toMatch(/^550 5\.1\.1/);
    expect(replies[6]).toMatch(/^554 5\.7\.1/);
  });

  test('M41 nobody is told which users there are', async () => {
    const replies = await smtp(25, ['EHLO me.example.net', 'VRFY anna', 'EXPN info', 'QUIT']);
    expect(replies[2]).toMatch(/^502 5\.5\.1/);
    // Postfix does not know the word at all.
    expect(replies[3]).toMatch(/^500 5\.5\.2/);
  });

  test('M42 mail is not taken before a client says who it is', async () => {
    expect((await smtp(25, ['MAIL FROM:<x@example.net>', 'QUIT']))[1]).toMatch(/^503 5\.5\.1/);
  });
}
