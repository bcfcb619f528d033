import type { Declaration } from '../model/declaration.ts';
import type { Reference } from '../model/expression.ts';
import { isSelected, isWithin, type Selection } from '../model/selection.ts';
import { referencesIn } from '../model/spec.ts';
import type { Placed } from './place.ts';

/** How far a limited run reaches beyond its limit. */
export interface Reach {
  /** Everything on hosts of the limit, and what that needs from others. */
  readonly placed: readonly Placed[];
  /** Hosts whose declarations are not known yet and that are named as makers of an output. */
  readonly named: ReadonlySet<string>;
  /** Something is needed that no known host has: any other host may be the one. */
  readonly isOpen: boolean;
}

/**
 * What the selected declarations need, followed from host to host: values that a host gets from others are the same
 * under a limit. Of hosts outside only what is needed counts; it is read there, and never changed.
 */
export function reachOf(all: readonly Placed[], selection: Selection): Reach {
  const inside = all.filter(({ host }) => isWithin(selection, host.name));
  const byDeclaration = Map.groupBy(all, ({ declaration }) => declaration);
  const outside = new Set<Placed>();
  const named = new Set<string>();
  let isOpen = false;
  const queue = inside.filter(({ host, declaration }) =>
    isSelected(selection, host.name, declaration),
  );
  const visited = new Set<Placed>();
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    if (visited.has(one)) continue;
    visited.add(one);
    const isInside = isWithin(selection, one.host.name);
    if (!isInside) outside.add(one);
    for (const wanted of wantedBy(one.declaration, isInside)) {
      const found = makerOf(byDeclaration.get(wanted.declaration) ?? [], wanted, one.host.name);
      if (found !== undefined) queue.push(found);
      else if (wanted.host !== undefined) named.add(wanted.host);
      else if (!byDeclaration.has(wanted.declaration)) isOpen = true;
    }
  }
  return { placed: [...inside, ...all.filter((one) => outside.has(one))], named, isOpen };
}

type Wanted = Pick<Reference, 'declaration' | 'host'>;

/** Outputs; of a declaration that may be changed also what it comes after and what it refreshes. */
function wantedBy(declaration: Declaration, isInside: boolean): readonly Wanted[] {
  const outputs = referencesIn(declaration.spec);
  if (!isInside) return outputs;
  const others = [...declaration.needs, ...declaration.notify];
  return [...outputs, ...others.map((other) => ({ declaration: other, host: undefined }))];
}

/** The same choice as `producerOf` makes. */
function makerOf(
  makers: readonly Placed[],
  { host }: Wanted,
  consumer: string,
): Placed | undefined {
  const on = (name: string) => makers.find((one) => one.host.name === name);
  if (host !== undefined) return on(host);
  return on(consumer) ?? (makers.length === 1 ? makers[0] : undefined);
}
