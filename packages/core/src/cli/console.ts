import type { RenderOptions } from '../report/layout.ts';

/** A standard stream: perhaps a terminal, perhaps a pipe. */
export type OutStream = NodeJS.WriteStream;

/** The streams of the process, and what the environment says about them. */
export interface Console {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: OutStream;
  readonly stderr: OutStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether to colour what goes to a stream: `--no-color`, then FORCE_COLOR, then NO_COLOR, then TERM=dumb, then whether
 * it is a terminal. Source: no-color.org, force-color.org.
 */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Console['env'],
  isAllowed: boolean,
): boolean {
  if (!isAllowed) return false;
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: term } = env;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (none !== undefined && none !== '') return false;
  return term !== 'dumb' && stream.isTTY === true;
}

/** A screen that can be redrawn. */
export function isScreen({ stderr, env }: Console): boolean {
  return stderr.isTTY === true && env.TERM !== 'dumb';
}

export interface Taste {
  readonly color: boolean;
  readonly verbose: boolean;
}

export function renderOptions(
  stream: OutStream,
  { env }: Console,
  { color, verbose }: Taste,
): RenderOptions {
  const { columns } = stream;
  return {
    isColor: wantsColor(stream, env, color),
    isVerbose: verbose,
    ...(columns === undefined || columns === 0 ? {} : { width: columns }),
  };
}
