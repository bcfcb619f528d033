import type { Declaration } from '../model/declaration.ts';
import { Expression } from '../model/expression.ts';

/**
 * `declaration.out`: any output as an expression, made when it is asked for. Which outputs a type has is known to the
 * compiler through the type's definition, so a wrong name is a compile error.
 */
export function outputsOf(declarationOf: () => Declaration): Declaration['out'] {
  return new Proxy(Object.freeze({}), {
    get(_target, field) {
      if (typeof field !== 'string' || field === 'then' || field === 'toJSON') return undefined;
      const reference = { declaration: declarationOf(), field, host: undefined };
      return new Expression([reference], (read) => read(reference));
    },
  });
}
