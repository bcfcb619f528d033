import { crc32 } from 'node:zlib';
import { smtpSession } from '../../examples/demo/network-client.ts';

/** One message as a stranger's server hands it over on port 25. */
export interface OutsideMail {
  readonly server: string;
  readonly from: string;
  readonly to: string;
  /** Header and body, lines ended by CRLF, without the final dot. */
  readonly message: string;
}

/** The last reply: to the message, or to the first command that was refused. */
export async function sendFromOutside({ server, from, to, message }: OutsideMail): Promise<string> {
  const envelope = [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA'];
  const lines = ['EHLO stranger.strict.lab', ...envelope, `${message}\r\n.`, 'QUIT'];
  // Postfix hangs up on who sends a message although it was refused.
  const replies = await smtpSession({ address: server, port: 25 }, (said) => {
    const refusal = said.findIndex(isRefusal);
    if (refusal < 0) return lines[said.length - 1];
    return refusal === said.length - 1 ? 'QUIT' : undefined;
  });
  return replies.find(isRefusal) ?? replies[5] ?? '';
}

function isRefusal(reply: string): boolean {
  return /^[45]/.test(reply);
}

export interface TextMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text?: string;
  readonly attachment?: { readonly name: string; readonly bytes: Buffer };
}

let count = 0;

/** A message with the headers that it must have, and perhaps one attachment. */
export function messageText({ from, to, subject, text = 'Hi.', attachment }: TextMail): string {
  count += 1;
  const header = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${count}.${process.pid}@stranger.strict.lab>`,
    'MIME-Version: 1.0',
  ];
  if (attachment === undefined) return [...header, '', text].join('\r\n');
  const { name, bytes } = attachment;
  return [
    ...header,
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain',
    '',
    text,
    '--part',
    `Content-Type: application/octet-stream; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--part--',
  ].join('\r\n');
}

/** A zip archive with one file, stored as it is. Source: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
export function zipOf(name: string, bytes: Buffer): Buffer {
  const fileName = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(bytes.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(fileName.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, fileName, bytes]);
  const rest = Buffer.alloc(14);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, fileName]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}
