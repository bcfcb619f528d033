import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package.json that decides how Node reads a file. */
export function nearestPackage(file: string): string | undefined {
  const folder = dirname(file);
  if (folder === file) return undefined;
  const path = join(folder, 'package.json');
  return existsSync(path) ? path : nearestPackage(folder);
}

/** `module`, `commonjs`, or what else stands there. */
export function typeOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).type;
  } catch {
    return undefined; // Node says itself what is wrong with a package.json.
  }
}
