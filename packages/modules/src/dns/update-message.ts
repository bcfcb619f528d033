import { classCodes, opcodes, typeCodes } from './dns-codes.ts';
import { encodeName, encodeRecord, type OutgoingRecord } from './dns-message.ts';
import { encodeData } from './record-data.ts';
import type { RecordType } from './record-value.ts';

/** What must hold for the whole update to take place (RFC 2136 §2.4). */
export type Prerequisite =
  /** The record set holds exactly these records; given as data, since servers compare bytes. */
  | {
      readonly kind: 'holds';
      readonly name: string;
      readonly type: RecordType;
      readonly data: readonly Buffer[];
    }
  | { readonly kind: 'exists' | 'absent'; readonly name: string; readonly type: RecordType }
  | { readonly kind: 'name-unused'; readonly name: string };

/** What is changed (RFC 2136 §2.5). */
export type UpdateStep =
  | { readonly kind: 'delete-set'; readonly name: string; readonly type: RecordType }
  | {
      readonly kind: 'delete-record';
      readonly name: string;
      readonly type: RecordType;
      readonly data: Buffer;
    }
  | {
      readonly kind: 'add';
      readonly name: string;
      readonly type: RecordType;
      readonly ttl: number;
      readonly value: string;
    };

export interface Update {
  readonly zone: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly steps: readonly UpdateStep[];
}

const nothing = Buffer.alloc(0);

/** An UPDATE message without signature. Servers apply all of it or nothing, steps in their order. */
export function encodeUpdate(id: number, update: Update): Buffer {
  const prerequisites = update.prerequisites.flatMap(prerequisiteRecords);
  const steps = update.steps.map(stepRecord);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(opcodes.UPDATE << 11, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(prerequisites.length, 6);
  header.writeUInt16BE(steps.length, 8);
  const zone = Buffer.alloc(4);
  zone.writeUInt16BE(typeCodes.SOA, 0);
  zone.writeUInt16BE(classCodes.IN, 2);
  const records = [...prerequisites, ...steps].map(encodeRecord);
  return Buffer.concat([header, encodeName(update.zone), zone, ...records]);
}

function prerequisiteRecords(prerequisite: Prerequisite): readonly OutgoingRecord[] {
  const { kind, name } = prerequisite;
  if (kind === 'name-unused') {
    return [{ name, type: typeCodes.ANY, class: classCodes.NONE, ttl: 0, data: nothing }];
  }
  const type = typeCodes[prerequisite.type];
  if (kind === 'holds') {
    return prerequisite.data.map((data) => ({ name, type, class: classCodes.IN, ttl: 0, data }));
  }
  const classCode = kind === 'exists' ? classCodes.ANY : classCodes.NONE;
  return [{ name, type, class: classCode, ttl: 0, data: nothing }];
}

function stepRecord(step: UpdateStep): OutgoingRecord {
  const { name } = step;
  const type = typeCodes[step.type];
  if (step.kind === 'delete-set') {
    return { name, type, class: classCodes.ANY, ttl: 0, data: nothing };
  }
  if (step.kind === 'delete-record') {
    return { name, type, class: classCodes.NONE, ttl: 0, data: step.data };
  }
  const data = encodeData(step.type, step.value);
  return { name, type, class: classCodes.IN, ttl: step.ttl, data };
}
