import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostwrightError } from '../model/errors.ts';
import { type KnownHosts, parseKnownHosts } from './known-hosts.ts';
import { reasonOf } from './reason.ts';

/**
 * Reads known_hosts files. A file that does not exist holds nothing; one that exists and cannot be read stops the
 * connection, because a revoked or changed key might be written in it.
 */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHosts> {
  const parsed = await Promise.all(files.map(readOne));
  return {
    entries: parsed.flatMap((one) => one.entries),
    warnings: parsed.flatMap((one) => one.warnings),
  };
}

/**
 * Adds one line. O_APPEND and a single write keep lines whole when several processes add at once; the file is made
 * with mode 0600 in a folder of mode 0700, as ssh makes them.
 */
export async function appendKnownHost(file: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      const isLineOpen = size > 0 && last[0] !== 0x0a;
      await handle.write(isLineOpen ? `\n${line}` : line);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new HostwrightError('TRANSPORT_KNOWN_HOSTS_UNREADABLE', {
      problem: `The new host key cannot be written to ${file}: ${reasonOf(cause)}.`,
      remedy: `Make ${file} writable, or use hostKeyPolicy 'strict' and add the key yourself.`,
      cause,
    });
  }
}

async function readOne(file: string): Promise<KnownHosts> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (reasonOf(cause) === 'ENOENT') return { entries: [], warnings: [] };
    throw new HostwrightError('TRANSPORT_KNOWN_HOSTS_UNREADABLE', {
      problem: `${file} cannot be read: ${reasonOf(cause)}.`,
      cause,
    });
  }
}
