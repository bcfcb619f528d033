import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { ServerChannel } from 'ssh2';

export interface ExecSettings {
  /** Program that runs `-c COMMAND`, as a login shell of that user would. */
  readonly loginShell: string;
  /** Home directory, and where commands start. */
  readonly folder: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs one exec request as sshd does: a session of its own, three pipes, the exit status as soon as it is known, the
 * end of the channel when nothing holds the pipes any more. What runs is not ended when the client goes away.
 */
export function runExec(
  command: string,
  channel: ServerChannel,
  settings: ExecSettings,
  onOutput: (bytes: number) => void,
): ChildProcessWithoutNullStreams {
  const { folder, user, loginShell } = settings;
  const child = spawn(loginShell, ['-c', command], {
    cwd: folder,
    detached: true,
    stdio: 'pipe',
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      HOME: folder,
      USER: user,
      LOGNAME: user,
      SHELL: loginShell,
      ...settings.env,
    },
  });
  for (const stream of [child.stdin, child.stdout, child.stderr])
    stream.on('error', () => undefined);
  channel.on('error', () => undefined);
  channel.pipe(child.stdin);
  const sent = forward(child, channel, onOutput);
  child.on('error', () => channel.exit(127));
  child.on('exit', (code, signal) => {
    if (signal === null) channel.exit(code ?? 0);
    else channel.exit(signal.replace(/^SIG/, ''), false, '');
  });
  child.on('close', () => {
    sent().then(() => channel.stderr.end(() => channel.end()));
  });
  channel.on('close', () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  });
  return child;
}

/**
 * Sends both outputs, one write at a time. ssh2's server channel keeps one waiting chunk for both streams in mind: with
 * two writes waiting for the window it would send old bytes again, and never the others.
 */
function forward(
  child: ChildProcessWithoutNullStreams,
  channel: ServerChannel,
  onOutput: (bytes: number) => void,
): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const send = (stream: NodeJS.WritableStream, chunk: Buffer) =>
    new Promise<void>((resolve) => {
      Reflect.set(channel, '_chunk', undefined);
      stream.write(chunk, () => resolve());
      onOutput(chunk.length);
    });
  const join = (source: NodeJS.ReadableStream, target: NodeJS.WritableStream) => {
    source.on('data', (chunk: Buffer) => {
      source.pause();
      last = last.then(() => send(target, chunk)).then(() => void source.resume());
    });
  };
  join(child.stdout, channel);
  join(child.stderr, channel.stderr);
  return () => last;
}
