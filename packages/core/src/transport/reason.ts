/**
 * Why something failed, for a message: the code of a system error (`ENOENT`), else its text. Reads properties instead
 * of testing for `Error`, because errors may come from another realm, as they do under Jest.
 */
export function reasonOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return 'message' in thrown ? String(thrown.message) : String(thrown);
}
