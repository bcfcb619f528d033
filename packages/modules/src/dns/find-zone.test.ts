import { expect, test } from '@jest/globals';
import { startDeadline } from './deadline.ts';
import { classCodes, typeCodes } from './dns-codes.ts';
import type { DnsMessage, WireRecord } from './dns-message.ts';
import type { DnsSession } from './dns-session.ts';
import { checkZone, findZone } from './find-zone.ts';

const record = (name: string, type: 'SOA' | 'CNAME' | 'NS'): WireRecord => {
  return {
    name,
    type: typeCodes[type],
    class: classCodes.IN,
    ttl: 60,
    start: 0,
    dataStart: 0,
    dataLength: 0,
  };
};

function reply(parts: Partial<DnsMessage>): DnsMessage {
  return {
    bytes: Buffer.alloc(0),
    id: 0,
    isReply: true,
    isAuthoritative: true,
    isTruncated: false,
    opcode: 0,
    rcode: 0,
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
    ...parts,
  };
}

/** A session that knows these replies, and what it was asked. */
function session(replies: Readonly<Record<string, Partial<DnsMessage>>>) {
  const asked: string[] = [];
  const fake: DnsSession = {
    deadline: startDeadline(1000, undefined),
    query: async (name) => {
      asked.push(name);
      return reply(replies[name] ?? {});
    },
    update: async () => reply({}),
    renew: () => undefined,
    close: () => undefined,
  };
  return { fake, asked };
}

test('a name that is not there shows its zone at once', async () => {
  const { fake, asked } = session({
    'a.b.example.': { rcode: 3, authorities: [record('example.', 'SOA')] },
  });
  expect(await findZone(fake, 'a.b.example.')).toBe('example.');
  expect(asked).toEqual(['a.b.example.']);
});

test('an alias into the zone above is not taken for that zone', async () => {
  const { fake, asked } = session({
    'up.sub.example.': { answers: [record('up.sub.example.', 'CNAME'), record('example.', 'SOA')] },
    'sub.example.': { answers: [record('sub.example.', 'SOA')] },
  });
  expect(await findZone(fake, 'up.sub.example.')).toBe('sub.example.');
  expect(asked).toEqual(['up.sub.example.', 'sub.example.']);
});

test('a name without any zone, or below a delegation, is not authoritative', async () => {
  const isForeign = expect.objectContaining({ code: 'DNS_NOT_AUTHORITATIVE' });
  await expect(findZone(session({}).fake, 'a.example.')).rejects.toEqual(isForeign);
  const delegated = { isAuthoritative: false, authorities: [record('sub.example.', 'NS')] };
  const asking = findZone(session({ 'a.sub.example.': delegated }).fake, 'a.sub.example.');
  await expect(asking).rejects.toThrow(
    'delegates sub.example to others, so a.sub.example is not its own',
  );
});

test('a given zone must be one', () => {
  expect(() =>
    checkZone(reply({ answers: [record('example.', 'SOA')] }), 'example.'),
  ).not.toThrow();
  const above = reply({ authorities: [record('example.', 'SOA')] });
  expect(() => checkZone(above, 'sub.example.')).toThrow(
    'sub.example is no zone of the DNS server; it lies in example.',
  );
});
