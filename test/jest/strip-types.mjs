import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

/**
 * Jest transform: blanks the types with the parser that Node itself uses, so that tests run the same text
 * that `node playbook.ts` runs, and line numbers need no source map.
 */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  getCacheKey: (source) =>
    createHash('sha256').update(process.version).update(source).digest('hex'),
};
