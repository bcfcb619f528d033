import { join } from 'node:path';

/** Everything the lab keeps on disk lies below one directory, so that one look (and one `rm`) covers it. */
export interface StateDir {
  readonly root: string;
  readonly images: string;
  readonly aptCache: string;
  readonly labs: string;
  readonly locks: string;
}

const defaultRoot = '/var/lib/hostwright-lab';

export function stateDir(env: NodeJS.ProcessEnv = process.env): StateDir {
  const root = env.HOSTWRIGHT_LAB_DIR || defaultRoot;
  return {
    root,
    images: join(root, 'images'),
    aptCache: join(root, 'apt-cache'),
    labs: join(root, 'labs'),
    locks: join(root, 'locks'),
  };
}
