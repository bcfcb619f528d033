import { HostwrightError } from '@hostwright/core';
import type { Deadline } from './deadline.ts';
import { opcodes, rcodeName, rcodes, typeCodes } from './dns-codes.ts';
import { connectDns, type DnsConnection, type ServerAddress } from './dns-connection.ts';
import { type DnsMessage, encodeQuery, malformed, parseMessage } from './dns-message.ts';
import type { RecordType } from './record-value.ts';
import { signMessage, type TsigKey, verifyReply } from './tsig.ts';
import { encodeUpdate, type Update } from './update-message.ts';

export interface SessionSettings extends ServerAddress {
  /** Signs every message and proves every reply. Queries too, since views and ACLs may depend on it. */
  readonly key: TsigKey | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Questions and updates to one server until the deadline. Replies are proved before they are returned; their code is
 * not judged here, except where TSIG is at fault.
 * Errors: DNS_UNREACHABLE, DNS_TIMEOUT, DNS_CONNECTION_LOST, DNS_REPLY_MALFORMED, DNS_TSIG_*, INTERRUPTED.
 */
export interface DnsSession {
  readonly deadline: Deadline;
  query(name: string, type: RecordType | 'SOA'): Promise<DnsMessage>;
  update(update: Update): Promise<DnsMessage>;
  /**
   * Lets the next question open a new connection. BIND leaves Nagle's algorithm on, and Linux acknowledges at once
   * only while a connection is young: a second burst of questions on an old one takes 40 ms longer, measured.
   */
  renew(): void;
  close(): void;
}

export function openSession(settings: SessionSettings, deadline: Deadline): DnsSession {
  let opened: Promise<DnsConnection> | undefined;

  function hangUp(): void {
    opened?.then(
      (connection) => connection.close(),
      () => undefined,
    );
    opened = undefined;
  }

  /** A question may be asked again where a server closes after some answers; an update is never sent twice. */
  async function exchange(build: (id: number) => Buffer, isRepeatable: boolean): Promise<Buffer> {
    for (;;) {
      opened ??= connectDns(settings, deadline);
      const used = opened;
      const connection = await used;
      try {
        return await connection.exchange(build);
      } catch (error) {
        const isLost = error instanceof HostwrightError && error.code === 'DNS_CONNECTION_LOST';
        if (isLost && opened === used) opened = undefined;
        if (!isLost || !isRepeatable || connection.replyCount() === 0) throw error;
      }
    }
  }

  async function ask(encode: (id: number) => Buffer, opcode: number): Promise<DnsMessage> {
    const { key, now } = settings;
    let mac = Buffer.alloc(0);
    const build = (id: number) => {
      if (key === undefined) return encode(id);
      const signed = signMessage(encode(id), key, Math.floor(now() / 1000));
      mac = Buffer.from(signed.mac);
      return signed.bytes;
    };
    try {
      const reply = parseMessage(await exchange(build, opcode === opcodes.QUERY));
      if (key !== undefined) verifyReply(reply, key, mac, Math.floor(now() / 1000));
      if (!reply.isReply || reply.opcode !== opcode) throw malformed('it is no reply to this');
      if (reply.isTruncated) throw malformed('it is truncated, over TCP');
      return reply;
    } catch (error) {
      throw error instanceof HostwrightError ? error.with({ detail: settings.label }) : error;
    }
  }

  return {
    deadline,
    async query(name, type) {
      const reply = await ask((id) => encodeQuery(id, name, type), opcodes.QUERY);
      const [question] = reply.questions;
      const isOurs = question?.name === name && question.type === typeCodes[type];
      // A server that could not read the question cannot repeat it.
      if (isOurs || (question === undefined && reply.rcode !== rcodes.NOERROR)) return reply;
      throw malformed('it answers another question');
    },
    update: (update) => ask((id) => encodeUpdate(id, update), opcodes.UPDATE),
    renew: hangUp,
    close: hangUp,
  };
}

/** The error for a reply whose code says that the request failed. `request` completes "refused …". */
export function replyError(reply: DnsMessage, request: string): HostwrightError {
  const code = rcodeName(reply.rcode);
  switch (reply.rcode) {
    case rcodes.REFUSED:
      return new HostwrightError('DNS_REFUSED', {
        problem: `The DNS server refused ${request} (REFUSED).`,
      });
    case rcodes.SERVFAIL:
      return new HostwrightError('DNS_SERVFAIL', {
        problem: `The DNS server failed at ${request} (SERVFAIL).`,
      });
    case rcodes.NOTAUTH:
      return new HostwrightError('DNS_NOT_AUTHORITATIVE', {
        problem: `The DNS server does not hold the zone, or admits nobody without a key, for ${request} (NOTAUTH).`,
      });
    case rcodes.NOTZONE:
      return new HostwrightError('DNS_NOT_ZONE', {
        problem: `The DNS server found a name outside the zone in ${request} (NOTZONE).`,
      });
    default:
      return new HostwrightError('DNS_REPLY_CODE', {
        problem: `The DNS server answered ${code} to ${request}.`,
      });
  }
}
