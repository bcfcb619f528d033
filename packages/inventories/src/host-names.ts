/** What `inventory()` takes as the name of a host or a group. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;
const reserved = new Set(['all', 'controller']);

export function isName(name: string): boolean {
  return namePattern.test(name) && !reserved.has(name);
}

/** The nearest name that `inventory()` takes; undefined where there is none. */
export function nearestName(name: string): string | undefined {
  if (isName(name)) return name;
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return isName(plain) ? plain : undefined;
}
