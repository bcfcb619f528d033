/** Kills the shell that runs it, so that a broken quotation shows in the exit status and does nothing else. */
const strike = 'kill -9 $$';

/** Strings that run a command where shell text is built without quoting. Each is tried in every property that accepts it. */
export const nastyStrings: readonly string[] = [
  `'; ${strike}; '`,
  `"; ${strike}; "`,
  `$(${strike})`,
  `\`${strike}\``,
  `a; ${strike}`,
  `a & ${strike} &`,
  `a | ${strike}`,
  `a\n${strike}\n`,
];

/** Strings that break the syntax or change the words, and short forms for narrow patterns, as a domain or a path has. */
export const nastyWords: readonly string[] = [
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
  'a;b',
  'a$b',
  'a`b',
  "a'b",
  'a"b',
  'a&b',
  'a b',
  '-a',
];
