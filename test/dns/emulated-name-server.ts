import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { classCodes, rcodes, typeCodes } from '../../packages/modules/src/dns/dns-codes.ts';
import {
  type DnsMessage,
  encodeRecord,
  type OutgoingRecord,
  parseMessage,
} from '../../packages/modules/src/dns/dns-message.ts';
import { encodeData } from '../../packages/modules/src/dns/record-data.ts';
import type { RecordType } from '../../packages/modules/src/dns/record-value.ts';

/** A record set that the server has, all names full and in lower case. */
export interface ServedSet {
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** A name server on a loopback port that answers for one zone out of what `sets` returns at that moment. */
export async function startNameServer(zone: string, sets: () => readonly ServedSet[]) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received: Buffer = Buffer.alloc(0);
    socket
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        while (received.length > 2 && received.length >= 2 + received.readUInt16BE(0)) {
          const length = received.readUInt16BE(0);
          const answer = answerTo(parseMessage(received.subarray(2, 2 + length)), zone, sets());
          received = received.subarray(2 + length);
          const head = Buffer.alloc(2);
          head.writeUInt16BE(answer.length);
          socket.write(Buffer.concat([head, answer]));
        }
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    nameServer: { server: '127.0.0.1', port: address.port },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerTo(request: DnsMessage, zone: string, sets: readonly ServedSet[]): Buffer {
  const [question] = request.questions;
  const name = question?.name ?? '.';
  const soa: OutgoingRecord = {
    name: zone,
    type: typeCodes.SOA,
    class: classCodes.IN,
    ttl: 60,
    data: Buffer.alloc(22),
  };
  const found = sets
    .filter((set) => set.name === name && typeCodes[set.type] === question?.type)
    .flatMap(({ type, ttl, values }) =>
      values.map((value) => ({
        name,
        type: typeCodes[type],
        class: classCodes.IN,
        ttl,
        data: encodeData(type, value),
      })),
    );
  const answers = question?.type === typeCodes.SOA && name === zone ? [soa] : found;
  const isThere = answers.length > 0 || sets.some((set) => set.name === name);
  const rcode = isThere ? rcodes.NOERROR : rcodes.NXDOMAIN;
  const nameEnd = 12 + name.length + 1 + 4;
  const head = Buffer.from(request.bytes.subarray(0, nameEnd));
  head.writeUInt16BE(0x8400 | rcode, 2);
  head.writeUInt16BE(answers.length, 6);
  head.writeUInt16BE(answers.length === 0 ? 1 : 0, 8);
  head.writeUInt16BE(0, 10);
  return Buffer.concat([head, ...(answers.length === 0 ? [soa] : answers).map(encodeRecord)]);
}
