import { expect, test } from '@jest/globals';
import type { Channel, ChannelListener, CommandHost } from './channel.ts';
import { exchange } from './exchange.ts';
import { plainLaunch } from './launch.ts';
import { connectionLost } from './transport-errors.ts';

const ready = Buffer.from('hostwright-ready:42\n');
const end = Buffer.from('hostwright-end:42:0\n');

test('output that stops short of its end is lost, although the exit code came', async () => {
  const running = run((listener, host) => {
    listener.stdout(Buffer.concat([ready, Buffer.from('half of')]));
    listener.stderr(Buffer.concat([ready, end]));
    listener.exit(0, null);
    host.loss = 'the connection was reset';
    listener.closed();
  });
  await expect(running).rejects.toMatchObject({ code: 'TRANSPORT_CONNECTION_LOST' });
});

test('output that is whole counts, although the connection is gone', async () => {
  const { stdout, exitCode } = await run((listener, host) => {
    listener.stdout(Buffer.concat([ready, Buffer.from('all'), end]));
    listener.stderr(Buffer.concat([ready, end]));
    listener.exit(0, null);
    host.loss = 'the connection was reset';
    listener.closed();
  });
  expect([String(stdout), exitCode]).toEqual(['all', 0]);
});

test('output may come after the exit code', async () => {
  const { stdout } = await run((listener) => {
    listener.exit(0, null);
    setTimeout(() => {
      listener.stderr(Buffer.concat([ready, end]));
      listener.stdout(Buffer.concat([ready, Buffer.from('late'), end]));
    }, 30);
  });
  expect(String(stdout)).toBe('late');
});

test('a shell that was killed has no end mark, and is waited for until its channel closes', async () => {
  const { stdout, exitCode } = await run((listener) => {
    listener.stdout(ready);
    listener.stderr(ready);
    listener.exit(null, 'SIGKILL');
    setTimeout(() => {
      listener.stdout(Buffer.from('late'));
      listener.closed();
    }, 30);
  });
  expect([String(stdout), exitCode]).toEqual(['late', 137]);
});

test('an interrupt that comes while a place is given is heard', async () => {
  const controller = new AbortController();
  const host = new FakeHost(() => undefined);
  host.enter = async () => {
    controller.abort();
    return () => undefined;
  };
  const { signal } = controller;
  const running = exchange(host, plainLaunch, 'echo a', { timeoutMs: 500, signal });
  await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

test('a host that opens no channel in time: nothing ran', async () => {
  const host = new FakeHost(() => undefined);
  host.opening = new Promise(() => undefined);
  const running = exchange(host, plainLaunch, 'echo a', { timeoutMs: 30 });
  await expect(running).rejects.toMatchObject({
    code: 'TRANSPORT_TIMEOUT',
    problem: 'The command took longer than 30 ms. It was not started.',
  });
  expect(host.inputs).toEqual([]);
});

test('a limit beyond what a timer can wait does not fire at once', async () => {
  const script = (listener: ChannelListener) => {
    listener.stderr(Buffer.concat([ready, end]));
    listener.stdout(Buffer.concat([ready, end]));
    setTimeout(() => listener.exit(0, null), 20);
  };
  const timeoutMs = Number.MAX_SAFE_INTEGER;
  const host = new FakeHost(script);
  expect((await exchange(host, plainLaunch, '', { timeoutMs })).output.exitCode).toBe(0);
});

test.each<[string, (listener: ChannelListener) => void]>([
  ['has spoken on one stream only', (listener) => listener.stdout(ready)],
  ['speaks a moment later', (listener) => setTimeout(() => listener.stderr(ready), 30)],
])('what is aborted and %s is ended on the host', async (_, speak) => {
  const controller = new AbortController();
  const host = new FakeHost((listener) => {
    if (host.inputs.length > 1) return listener.exit(0, null);
    speak(listener);
    controller.abort();
  });
  const { signal } = controller;
  const running = exchange(host, plainLaunch, 'echo a', { timeoutMs: 5000, signal });
  await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(String(host.inputs[1])).toContain('for pid in 42;');
});

type Act = (listener: ChannelListener, host: FakeHost) => void;

/** A host whose only command does what the test says, as soon as it has its input. */
class FakeHost implements CommandHost {
  readonly host = 'mx1';
  readonly inputs: Buffer[] = [];
  loss: string | undefined;
  opening: Promise<void> = Promise.resolve();
  readonly #act: Act;

  constructor(act: Act) {
    this.#act = act;
  }

  async enter(): Promise<() => void> {
    return () => undefined;
  }

  async open(_command: string, listener: ChannelListener): Promise<Channel> {
    await this.opening;
    if (this.loss !== undefined) throw connectionLost(this.loss);
    return {
      end: (input) => {
        this.inputs.push(input);
        setImmediate(() => this.#act(listener, this));
      },
      close: () => undefined,
    };
  }

  lossReason(): string | undefined {
    return this.loss;
  }
}

async function run(act: Act) {
  return (await exchange(new FakeHost(act), plainLaunch, 'echo a', { timeoutMs: 5000 })).output;
}
