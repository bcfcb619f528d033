import type { RecordType } from './record-value.ts';

/** Numbers of the IANA registry "DNS Parameters"; the first ten are the record types that are understood. */
export const typeCodes = {
  A: 1,
  AAAA: 28,
  CAA: 257,
  CNAME: 5,
  MX: 15,
  NS: 2,
  PTR: 12,
  SRV: 33,
  TLSA: 52,
  TXT: 16,
  SOA: 6,
  TSIG: 250,
  ANY: 255,
} as const satisfies Record<RecordType | 'SOA' | 'TSIG' | 'ANY', number>;

/** NONE and ANY carry the meaning of a record in an UPDATE (RFC 2136 §2.4, §2.5). */
export const classCodes = { IN: 1, NONE: 254, ANY: 255 } as const;

export const opcodes = { QUERY: 0, UPDATE: 5 } as const;

export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
} as const;

/** Error field of a TSIG record (RFC 8945 §3). */
export const tsigErrors = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

/** `NXRRSET`, or the number for a code without a name here. */
export function rcodeName(code: number): string {
  return Object.entries(rcodes).find(([, value]) => value === code)?.[0] ?? `RCODE ${code}`;
}
