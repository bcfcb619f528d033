/** The first release of Node that takes types away by itself; the package.json files say the same. */
export const oldestNode = '22.18.0';

export function isOldNode(version: string): boolean {
  return version.localeCompare(oldestNode, 'en', { numeric: true }) < 0;
}
