/** Where a declaration stands in the user's playbook. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

/** `mail.ts:12`, the form that every message uses and that terminals turn into a link. */
export function formatSource(source: Source | undefined): string {
  return source === undefined ? '(unknown place)' : `${source.file}:${source.line}`;
}
