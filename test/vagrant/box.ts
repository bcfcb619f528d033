import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMirrors } from '../lab/apt-sources.ts';
import { LabError } from '../lab/lab-error.ts';
import type { Release } from '../lab/release.ts';
import { buildRootTree, type RootTree } from '../lab/root-tree.ts';
import { outputOf } from '../lab/run-command.ts';
import type { Say } from '../lab/say.ts';
import type { StateDir } from '../lab/state-dir.ts';
import { aptSources, type BoxSoftware, customizeScript, packagesOfBox } from './box-recipe.ts';

/** A box, and the kernel that starts it: the disk has no boot loader. */
export interface Box {
  readonly file: string;
  readonly kernel: string;
  readonly initrd: string;
}

export interface BoxWish {
  readonly release: Release;
  readonly software: BoxSoftware;
}

const diskGb = 6;

/**
 * A box of vagrant-libvirt made of Debian packages. It is built once, beside the images of the lab, and again when its recipe
 * changes; `npm run lab -- gc` removes it. Needs some 3 GB of disk for the time.
 */
export async function ensureBox(
  { release, software }: BoxWish,
  dirs: StateDir,
  say: Say,
): Promise<Box> {
  const packages = packagesOfBox(software);
  const sources = aptSources(release, await readMirrors());
  const recipe = JSON.stringify([release, packages, customizeScript, sources, diskGb]);
  const digest = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  const folder = join(dirs.images, `vagrant-${release}-${digest}`);
  if (!existsSync(folder)) {
    say(`box of ${release}: building with mmdebstrap (once, a minute or two)`);
    const partial = join(dirs.images, `.build-vagrant-${release}`);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await buildBox({ release, packages, customizeScript }, sources, partial, dirs);
    await rename(partial, folder);
    say(`box of ${release}: built`);
  }
  return {
    file: join(folder, 'debian.box'),
    kernel: join(folder, 'vmlinuz'),
    initrd: join(folder, 'initrd'),
  };
}

async function buildBox(
  tree: RootTree,
  sources: string,
  folder: string,
  dirs: StateDir,
): Promise<void> {
  const root = join(folder, 'root');
  const environment = { VAGRANT_KEY: await readVagrantKey(), SOURCES: sources };
  await buildRootTree({ ...tree, environment }, root, dirs);
  await moveOut(join(root, 'boot'), /^vmlinuz-/, join(folder, 'vmlinuz'));
  await moveOut(join(root, 'boot'), /^initrd\.img-/, join(folder, 'initrd'));
  const image = join(folder, 'box.img');
  await outputOf('mkfs.ext4', ['-q', '-d', root, image, `${diskGb}G`]);
  await rm(root, { recursive: true, force: true });
  await outputOf('qemu-img', ['convert', '-O', 'qcow2', 'box.img', 'box.qcow2'], { cwd: folder });
  await rename(join(folder, 'box.qcow2'), image);
  const about = { provider: 'libvirt', format: 'qcow2', virtual_size: diskGb };
  await writeFile(join(folder, 'metadata.json'), JSON.stringify(about));
  await outputOf('tar', ['-cf', 'debian.box', 'metadata.json', 'box.img'], { cwd: folder });
  await rm(image);
}

async function moveOut(folder: string, pattern: RegExp, target: string): Promise<void> {
  const name = (await readdir(folder)).find((each) => pattern.test(each));
  if (name === undefined) throw new LabError(`The box has no ${pattern.source} in /boot.`);
  await rename(join(folder, name), target);
}

/** The key that every box lets in until Vagrant has put its own in place; it comes with Vagrant. */
async function readVagrantKey(): Promise<string> {
  const files = await outputOf('dpkg', ['-L', 'vagrant']);
  const path = files.split('\n').find((line) => line.endsWith('/keys/vagrant.pub'));
  if (path === undefined) throw new LabError("Debian's package vagrant has no keys/vagrant.pub.");
  return (await readFile(path, 'utf8')).trim();
}
