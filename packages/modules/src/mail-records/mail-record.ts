import type { RecordType } from '../dns/record-value.ts';

/** A record set that mail needs, for `DnsRecord({ provider, ...record })`. Its name is full, with the final dot. */
export interface MailRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly values: string[];
}
