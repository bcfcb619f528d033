import type { Declaration, Declarations } from '../model/declaration.ts';

/**
 * Every declaration of what a piece of a playbook returns, in order, for tests that look at what was declared.
 *
 * @example declarationsIn(webHost({ name: 'www.example.com' })).map(({ kind }) => kind)
 */
export function declarationsIn(declarations: Declarations): readonly Declaration[] {
  if (Array.isArray(declarations)) return declarations.flatMap(declarationsIn);
  return declarations ? [declarations as Declaration] : [];
}
