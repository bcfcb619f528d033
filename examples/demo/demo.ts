// `npm run demo`: from two bare Debian hosts to delivered mail, and every claim checked by real clients.
import { parseArgs } from 'node:util';
import { isRelease, type Release, releases } from '@hostwright/test/lab/release.ts';
import { missingForLab } from '@hostwright/test/lab/requirements.ts';
import { runOnFolders } from './folder-demo.ts';
import { runOnHosts } from './host-demo.ts';
import { stageOn } from './stage.ts';

const usage = `usage: npm run demo [-- OPTIONS]
  --release RELEASE   ${releases.join(' or ')}, for both hosts; debian-12 when left out
  --keep              leave the hosts up, and say how to get in
`;

interface DemoOptions {
  readonly release: Release;
  readonly isKept: boolean;
}

const usageExitCode = 64;
const interruptedExitCode = 130;

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    process.stderr.write(usage);
    return usageExitCode;
  }
  const stage = stageOn(process.stdout);
  const signal = interruptSignal();
  const missing = await missingForLab();
  if (missing !== undefined) stage.say(`Sandbox hosts cannot boot here: ${missing}.`);
  const isHeld =
    missing === undefined
      ? await runOnHosts({ ...options, stage, signal })
      : await runOnFolders({ stage, signal });
  if (signal.aborted) return interruptedExitCode;
  return isHeld ? 0 : 1;
}

function readOptions(args: readonly string[]): DemoOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { release: { type: 'string' }, keep: { type: 'boolean' } },
    });
    const { release = 'debian-12', keep = false } = values;
    return isRelease(release) ? { release, isKept: keep } : undefined;
  } catch {
    return undefined;
  }
}

/** The first Ctrl-C ends the run in order, hosts removed; the second ends it at once, and the lab removes itself. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(interruptedExitCode);
      process.stderr.write('\nInterrupted; cleaning up.\n');
      controller.abort();
    });
  }
  return controller.signal;
}

process.exitCode = await main(process.argv.slice(2));
