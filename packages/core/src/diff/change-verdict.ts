import type { FieldDiff, Verdict } from '../model/plan.ts';

/** What changes a declaration whose fields differ, or has changed it. */
export function changeVerdict(fields: readonly FieldDiff[]): Extract<Verdict, { is: 'change' }> {
  const exists = fields.find(({ field }) => field === 'exists');
  const action = exists === undefined ? 'update' : exists.to === false ? 'remove' : 'create';
  return { is: 'change', action, fields };
}
