import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../model/errors.ts';

/** The package.json that decides how Node reads a file. */
export function nearestPackage(file: string): string | undefined {
  const folder = dirname(file);
  if (folder === file) return undefined;
  const path = join(folder, 'package.json');
  return existsSync(path) ? path : nearestPackage(folder);
}

/** `module`, `commonjs`, or what else stands there. */
export function typeOf(path: string): unknown {
  const content = contentOf(path);
  return content instanceof Error ? undefined : content.type; // Node says itself what is wrong with it.
}

/** A package.json, or why it is none. */
export function contentOf(path: string): { readonly type?: unknown } | Error {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) ?? {};
  } catch (thrown) {
    return new Error(messageOf(thrown));
  }
}
