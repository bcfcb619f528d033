/** Kills the shell that runs it, so that a broken quotation shows in the exit status and does nothing else. */
const strike = 'kill -9 $$';

/** Strings that break shell text built without quoting. Each is tried in every string property that accepts it. */
export const nastyStrings: readonly string[] = [
  `'; ${strike}; '`,
  `"; ${strike}; "`,
  `$(${strike})`,
  `\`${strike}\``,
  `a; ${strike}`,
  `a & ${strike} &`,
  `a | ${strike}`,
  `a\n${strike}\n`,
  `a b  c`,
  '*',
  '~',
  '$HOME',
  '%s%n\\n',
  "it's",
  'a\\',
  '#a',
  '-rf',
  'grün 漢字 \u{1f4ee}',
];

/** Short forms for properties of narrow patterns, as a domain or a path has. */
export const nastyWords: readonly string[] = [
  'a;b',
  'a$b',
  'a`b',
  "a'b",
  'a"b',
  'a&b',
  'a b',
  '-a',
];
