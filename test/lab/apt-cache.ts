import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { archivePaths, type Mirrors } from './apt-sources.ts';
import { runCommand } from './run-command.ts';

/** TCP port on the controller's address where hosts find `/debian` and `/debian-security`. */
export const aptCachePort = 3142;

/** Index files are looked at again after this time; packages and by-hash files never change. */
const freshMs = 10 * 60 * 1000;
/** Fetches at once, over all hosts: more does not fill the line any better and costs a process each. */
const fetchesMax = 4;

interface Archive {
  readonly base: string;
  readonly directory: string;
}

/**
 * A Debian mirror for hosts that have no way out: GET /debian/… is answered from disk, and fetched first when it is not
 * there. Fetching is left to apt's own helper, so that proxies, certificates and credentials of this machine's apt apply.
 */
export function createAptCache(directory: string, mirrors: Mirrors): Server {
  const archives = new Map<string, Archive>();
  const bases = { debian: mirrors.debian, security: mirrors.security };
  for (const [name, path] of Object.entries(archivePaths)) {
    const base = bases[name as keyof typeof bases];
    if (base !== undefined)
      archives.set(path, { base, directory: archiveDir(directory, path, base) });
  }
  const fetchFile = limitFetches(fetchWithApt);
  return createServer((request, response) => {
    answer(archives, fetchFile, request, response).catch((cause: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`${String(cause)}\n`);
    });
  });
}

type FetchFile = (uri: string, file: string) => Promise<FetchResult>;
type FetchResult = 'fetched' | 'absent' | { readonly failure: string };

async function answer(
  archives: ReadonlyMap<string, Archive>,
  fetchFile: FetchFile,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = parsePath(request.url ?? '/');
  const archive = path === undefined ? undefined : archives.get(path.archive);
  if (path === undefined || archive === undefined) {
    response.writeHead(404).end();
    return;
  }
  const file = join(archive.directory, path.rest);
  const cached = await stat(file).catch(() => undefined);
  const isFresh =
    cached !== undefined && (isImmutable(path.rest) || Date.now() - cached.ctimeMs < freshMs);
  if (!isFresh) {
    const result = await fetchFile(new URL(encodeURI(path.rest), archive.base).href, file);
    // An index from last time beats none at all: the lab works on while the mirror does not.
    if (result !== 'fetched' && cached === undefined) {
      if (result === 'absent') response.writeHead(404).end();
      else response.writeHead(502).end(result.failure);
      return;
    }
  }
  await sendFile(file, request, response);
}

function parsePath(url: string): { archive: string; rest: string } | undefined {
  const segments = decodeURIComponent(url.split('?')[0] ?? '')
    .split('/')
    .filter((segment) => segment !== '');
  const [archive, ...rest] = segments;
  if (archive === undefined || rest.length === 0) return undefined;
  if (segments.some((segment) => segment.startsWith('.') || segment.includes('\0'))) {
    return undefined;
  }
  return { archive, rest: rest.join('/') };
}

function isImmutable(path: string): boolean {
  return path.includes('/by-hash/') || path.endsWith('.deb');
}

async function sendFile(
  file: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { size, mtime } = await stat(file);
  const lastModified = mtime.toUTCString();
  if (request.headers['if-modified-since'] === lastModified) {
    response.writeHead(304, { 'last-modified': lastModified }).end();
    return;
  }
  response.writeHead(200, { 'content-length': size, 'last-modified': lastModified });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const stream = createReadStream(file);
  stream.on('error', () => response.destroy());
  stream.pipe(response);
}

/** One fetch per file at a time, however many hosts ask, and a bounded number of them. */
function limitFetches(fetchFile: FetchFile): FetchFile {
  const underWay = new Map<string, Promise<FetchResult>>();
  const waiting: (() => void)[] = [];
  let running = 0;
  const inTurn: FetchFile = async (uri, file) => {
    while (running >= fetchesMax) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await fetchFile(uri, file);
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
  return (uri, file) => {
    const known = underWay.get(file);
    if (known !== undefined) return known;
    const fetched = inTurn(uri, file).finally(() => underWay.delete(file));
    underWay.set(file, fetched);
    return fetched;
  };
}

async function fetchWithApt(uri: string, file: string): Promise<FetchResult> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.part`;
  await rm(partial, { force: true });
  // The file goes to a directory that apt's download user cannot write to, hence root.
  const options = ['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=2'];
  const result = await runCommand('/usr/lib/apt/apt-helper', [
    ...options,
    'download-file',
    uri,
    partial,
  ]);
  if (result.exitCode === 0) {
    await rename(partial, file);
    return 'fetched';
  }
  await rm(partial, { force: true });
  return /\s404\s/.test(result.stderr) ? 'absent' : { failure: result.stderr };
}

/** Files of another mirror must not answer for this one, hence the digest of its address in the name. */
function archiveDir(directory: string, path: string, base: string): string {
  const digest = createHash('sha256').update(base).digest('hex').slice(0, 8);
  return join(directory, `${path}-${digest}`);
}
