import {
  type RecordContent,
  type RecordSetChange,
  recordContent,
  recordKey,
} from '../../packages/modules/src/dns/dns-provider.ts';
import type { RecordType } from '../../packages/modules/src/dns/record-value.ts';

/** The zone of the laws that servers and providers obey. */
export const lawZone = 'example.com';

export const content = (type: RecordType, ttl: number, ...values: string[]) =>
  recordContent(type, { ttl, values });

/** A change of one record set of that zone. */
export function change(
  name: string,
  type: RecordType,
  observed: RecordContent | 'absent',
  desired: RecordContent | 'absent',
): RecordSetChange {
  return { key: recordKey({ zone: lawZone, name, type }), observed, desired };
}
