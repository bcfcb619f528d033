import { expect, test } from '@jest/globals';
import { isClosed, shellCommands } from './shell-commands.ts';

function words(script: string): readonly (readonly string[])[] {
  return shellCommands(script).map((command) => command.words);
}

test('commands are told apart at operators, keywords and substitutions', () => {
  const script = 'if a -b; then x=$(c "d e" | f); else `g h` && { i; }; fi # rm\nj\\ k "$(l m)"';
  expect(words(script)).toEqual([
    ['a', '-b'],
    ['c', 'd e'],
    ['f'],
    ['x=$(c "d e" | f)'],
    ['g', 'h'],
    ['`g h`'],
    ['i'],
    ['}'],
    ['fi'],
    ['l', 'm'],
    ['j k', '$(l m)'],
  ]);
});

test('quotes keep everything in one word', () => {
  expect(words(`printf '%s' 'it'\\''s; rm -rf / $(id)' "a;b|c"`)).toEqual([
    ['printf', '%s', "it's; rm -rf / $(id)", 'a;b|c'],
  ]);
});

test('redirections that write are found, others are not', () => {
  const script =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is an expansion of the shell.
    'a 2>/dev/null >&2 <in; b >out 2>>log; c $((1 > 0)) ${x:-a>b}; cat <<EOF\nrm >x\nEOF\nd';
  expect(shellCommands(script).flatMap((command) => command.writes)).toEqual(['> out', '>> log']);
  expect(words(script)).toContainEqual(['d']);
});

test('a script that ends inside a quote is not closed', () => {
  expect(["echo 'a", 'echo "a', 'echo `a', 'echo "$(b"'].map(isClosed)).toEqual(
    Array(4).fill(false),
  );
  expect(["echo 'a'", 'echo "a\'"', 'echo "$(b "c")"', "# it's\n"].map(isClosed)).toEqual(
    Array(4).fill(true),
  );
});
