import { Type } from 'typebox';

/** PATH_MAX of Linux without its final NUL, in bytes. */
const pathBytesMax = 4095;

/** NAME_MAX of Linux, in bytes. */
const nameBytesMax = 255;

/** Control characters are refused: a name that holds a newline is a mistake, and breaks most tools that list it. */
export const pathPattern = '^(/[^/\\u0000-\\u001f\\u007f]+)+$';

/** The schema of an absolute path, once per kind with a description of its own. */
export function pathProperty(description: string) {
  return Type.String({ pattern: pathPattern, maxLength: pathBytesMax, description });
}

/** What a pattern cannot say about a path. */
export function pathProblems(path: string): readonly string[] {
  const names = path.split('/').slice(1);
  return [
    ...(names.some((name) => name === '.' || name === '..')
      ? ['Property path must not contain the steps . or ..: two spellings would be two resources.']
      : []),
    ...(names.some((name) => Buffer.byteLength(name) > nameBytesMax)
      ? [`Property path has a name of more than ${nameBytesMax} bytes.`]
      : []),
    ...(Buffer.byteLength(path) > pathBytesMax
      ? [`Property path is longer than ${pathBytesMax} bytes.`]
      : []),
  ];
}

/** The directories above a path, nearest first, without the root. */
export function ancestorsOf(path: string): readonly string[] {
  const end = path.lastIndexOf('/');
  if (end <= 0) return [];
  const parent = path.slice(0, end);
  return [parent, ...ancestorsOf(parent)];
}
