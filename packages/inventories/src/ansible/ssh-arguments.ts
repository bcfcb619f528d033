import type { SshSettings } from '@hostwright/core';
import type { NotCarried } from '../carried.ts';
import { hostKeyRemedy, sshOptions, unneededSshOptions } from '../ssh/ssh-settings.ts';
import { splitWords } from './split-words.ts';

/** Settings in `ansible_ssh_common_args` and its like: `-o Name=value`, `-J`, `-p`, `-i`. */
export function sshArguments(text: string, host: string) {
  const notes: NotCarried[] = [];
  let settings: SshSettings = {};
  for (const [name, value] of optionsIn(splitWords(text) ?? [text])) {
    const found = sshOptions[name.toLowerCase()]?.(value);
    if (found !== undefined) settings = { ...settings, ...found };
    else notes.push(noteOf(name, value, host));
  }
  return { settings, notes };
}

function noteOf(name: string, value: string, where: string): NotCarried {
  const key = name.toLowerCase();
  const isUnneeded = unneededSshOptions.has(key) || key === '-c' || name === '-q';
  const isKeyCheck = key === 'stricthostkeychecking' || key === 'userknownhostsfile';
  const why = isUnneeded
    ? 'connections are kept and shared as it is'
    : isKeyCheck
      ? hostKeyRemedy
      : 'there is no such setting';
  const what = `the ssh option ${value === '' ? name : `${name}=${value}`}`;
  return { where, what, why, isLost: !isUnneeded };
}

const letters: Readonly<Record<string, string>> = {
  J: 'ProxyJump',
  p: 'Port',
  i: 'IdentityFile',
};

function optionsIn(words: readonly string[]): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const letter = /^-([oJpi])(.*)$/s.exec(word);
    if (letter === null) {
      found.push([word, '']);
      continue;
    }
    if (letter[2] === '') at += 1;
    const value = letter[2] === '' ? (words[at] ?? '') : (letter[2] ?? '');
    const name = letters[letter[1] ?? ''];
    const option = /^\s*(\w+)\s*[=\s]\s*(.*)$/s.exec(value);
    found.push(name === undefined ? [option?.[1] ?? value, option?.[2] ?? ''] : [name, value]);
  }
  return found;
}
