import { HostwrightError } from '../model/errors.ts';

/** Characters that no POSIX shell treats specially inside a word, so that scripts stay readable. */
const plainWord = /^[A-Za-z0-9_@%+:,./-]+$/;

/**
 * One word of a POSIX shell, whatever bytes it holds.
 * NUL is refused: no argument of a process can carry it.
 */
export function quote(text: string): string {
  if (text.includes('\0')) {
    throw new HostwrightError('SHELL_NUL', {
      problem: 'A value for a shell command contains a NUL byte.',
    });
  }
  return plainWord.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
