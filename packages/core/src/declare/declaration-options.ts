import { type DeclarationOptions, isDeclaration } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Source } from '../model/source.ts';
import { unknownProperties } from './unknown-properties.ts';

const lists = { needs: isDeclaration, notify: isDeclaration, tags: isText } as const;
const expected = { needs: 'declarations', notify: 'declarations', tags: 'texts' } as const;

/**
 * For untyped callers: an order or a tag that is passed over would show on a bad day only.
 * Errors: PLAYBOOK_INVALID.
 */
export function requireOptions(
  kind: string,
  options: DeclarationOptions,
  source: () => Source | undefined,
): void {
  const problems = problemsOf(options);
  if (problems.length === 0) return;
  const problem = `The second argument of ${kind}: ${problems.join(' ')}`;
  throw new HostwrightError('PLAYBOOK_INVALID', { problem, source: source() });
}

function problemsOf(options: unknown): readonly string[] {
  if (typeof options !== 'object' || options === null) return ['An object is expected.'];
  const problems = [...unknownProperties('It', options, [...Object.keys(lists), 'mayCutOff'])];
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of ['needs', 'notify', 'tags'] as const) {
    const value = given[name];
    if (value === undefined || (Array.isArray(value) && value.every(lists[name]))) continue;
    problems.push(`${name} is an array of ${expected[name]}.`);
  }
  return problems;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
