/** What asks for TXT records: a `Resolver` of `node:dns/promises`, or the module itself. */
export interface TxtResolver {
  resolveTxt(name: string): Promise<readonly (readonly string[])[]>;
}

const nothingThere: readonly unknown[] = ['ENOTFOUND', 'ENODATA'];

/** Texts at a name, each joined of its strings; none where nothing is there. Other failures are thrown. */
export async function textsAt(name: string, resolver: TxtResolver): Promise<readonly string[]> {
  try {
    return (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
  } catch (error) {
    if (nothingThere.includes((error as NodeJS.ErrnoException).code)) return [];
    throw error;
  }
}
