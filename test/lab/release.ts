/** The Debian releases that the lab boots, and the codenames that their archives use. */
export const codenames = {
  'debian-12': 'bookworm',
  'debian-13': 'trixie',
} as const;

export type Release = keyof typeof codenames;

export const releases = Object.keys(codenames) as readonly Release[];

export function isRelease(text: string): text is Release {
  return Object.hasOwn(codenames, text);
}
