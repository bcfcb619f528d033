import type { FieldDiff, Reading } from '@hostwright/core';
import { Type } from 'typebox';
import type { ObservedCertificate } from './read-certificates.ts';

/** Days before its end at which a certificate is made anew, unless something else is said. */
export const renewDaysDefault = 30;

/** A DNS name in lower case; `*` may stand for the first label. An address is none: the last label begins with a letter. */
const namePattern =
  '^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$';

export function namesProperty() {
  return Type.Array(
    Type.String({ pattern: namePattern, maxLength: 253, description: 'DNS name; no address.' }),
    {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description:
        'DNS names that it is for, in lower case: `mail.example.com`. The first one names it.',
    },
  );
}

export function renewDaysProperty() {
  return Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 365,
      description: 'Days before its end at which it is made anew. Default: 30.',
    }),
  );
}

/** What makes a new certificate necessary. Empty: the one that is there does. */
export function certificateDiff(
  wanted: { readonly names: readonly string[]; readonly renewDays?: number },
  reading: Extract<Reading<ObservedCertificate>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const names = wanted.names.toSorted();
  if (reading.is === 'absent') {
    return [
      { field: 'exists', from: false, to: true },
      { field: 'names', from: [], to: names },
    ];
  }
  const { renewDays = renewDaysDefault } = wanted;
  const { observed } = reading;
  const isSame = observed.names.join(' ') === names.join(' ');
  return [
    ...(isSame ? [] : [{ field: 'names', from: observed.names, to: names }]),
    ...(observed.daysLeft < renewDays
      ? [{ field: 'daysLeft', from: observed.daysLeft, to: `at least ${renewDays}` }]
      : []),
    ...(observed.fitsKey ? [] : [{ field: 'fitsKey', from: false, to: true }]),
  ];
}
