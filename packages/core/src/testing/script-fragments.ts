/** A script of `frameScript`, taken apart again. */
export interface ScriptFragments {
  readonly marker: string;
  readonly fragments: readonly string[];
}

/** Finds the calls of `hw` in a framed script and reads the shell word that is the fragment. */
export function fragmentsIn(script: string): ScriptFragments {
  const marker = /printf '%s<%s\\n' (\w+)/.exec(script)?.[1] ?? '';
  const fragments: string[] = [];
  const call = /^hw \d+ \d+ /gm;
  for (let match = call.exec(script); match !== null; match = call.exec(script)) {
    const commands = wordAt(script, call.lastIndex);
    const body = wordAt(script, commands.end + 1);
    fragments.push(body.text);
    call.lastIndex = body.end;
  }
  return { marker, fragments };
}

/** One word of a shell from a place on: plain characters, single quotes, and backslashes outside of them. */
function wordAt(script: string, start: number): { readonly text: string; readonly end: number } {
  let text = '';
  let at = start;
  while (at < script.length && !/[ \n]/.test(script.charAt(at))) {
    if (script.charAt(at) === "'") {
      const close = script.indexOf("'", at + 1);
      text += script.slice(at + 1, close);
      at = close + 1;
    } else {
      if (script.charAt(at) === '\\') at += 1;
      text += script.charAt(at);
      at += 1;
    }
  }
  return { text, end: at };
}
