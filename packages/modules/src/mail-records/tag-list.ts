/** `v=DMARC1; p=none`: tags with their values, in order. */
export type TagList = readonly (readonly [name: string, value: string])[];

/**
 * Tags of a record that is a list of `name=value` parted by semicolons, as those of DMARC, TLS-RPT and MTA-STS are.
 * A part without `=` has an empty name.
 */
export function parseTags(text: string): TagList {
  const parts = text.split(';').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  return parts.map((part) => {
    const [, name = '', value = ''] = /^([^=\s]+)\s*=\s*(.*)$/s.exec(part) ?? [];
    return [name, name === '' ? part : value];
  });
}

export function formatTags(tags: TagList): string {
  return tags.map(([name, value]) => `${name}=${value}`).join('; ');
}
