import { isDeepStrictEqual } from 'node:util';
import type { FieldDiff } from '../model/plan.ts';
import { absent, type Reading } from '../model/reading.ts';
import type { AnyResourceType } from '../model/resource-type.ts';

export type KnownReading = Extract<Reading<unknown>, { is: 'present' | 'absent' }>;

/** A diff must be the same each time, JSON, and made of fields that differ. */
export function diffProblems(
  type: AnyResourceType,
  spec: unknown,
  reading: KnownReading,
): readonly string[] {
  const fields = type.diff(spec, reading);
  const problems: string[] = [];
  if (!isDeepStrictEqual(type.diff(spec, reading), fields)) {
    problems.push('The diff gives two answers for one reading.');
  }
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(fields)), fields)) {
    problems.push(`The diff does not survive JSON: ${JSON.stringify(fields)}`);
  }
  return [...problems, ...fields.flatMap(fieldProblems)];
}

function fieldProblems({ field, from, to, form }: FieldDiff): readonly string[] {
  if (form === 'secret') {
    const isHidden = [from, to].every((value) => value === '<secret>' || value === null);
    return isHidden ? [] : [`The secret field ${field} shows something else than <secret>.`];
  }
  if (form === undefined && isDeepStrictEqual(from, to)) {
    return [`The field ${field} is listed, though it does not differ.`];
  }
  return [];
}

/** What is absent needs a change that creates it, or none at all where absence is what is wanted. */
export function absenceProblems(type: AnyResourceType, spec: unknown): readonly string[] {
  const fields = type.diff(spec, absent);
  const [first] = fields;
  if (first === undefined) {
    const wanted = (spec as { readonly ensure?: unknown }).ensure;
    return wanted === 'absent' ? [] : ['The diff of something absent is empty.'];
  }
  const isCreation = first.field === 'exists' && first.from === false && first.to === true;
  return isCreation
    ? diffProblems(type, spec, absent)
    : [`The diff of something absent starts with ${JSON.stringify(first)}, not with exists.`];
}
