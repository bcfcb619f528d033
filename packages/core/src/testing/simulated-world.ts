import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Outcome } from '../model/outcome.ts';
import { apply } from '../run/apply.ts';
import type { RunSettings } from '../run/options.ts';
import { plan } from '../run/plan.ts';
import { connectSimulated, type SimulatedHost, simulatedHost } from './simulated-host.ts';
import { Chime, Gadget, Gizmo, Loner, Thing } from './thing.ts';

const kinds = { Thing, Gadget, Gizmo, Loner };

/** One declaration of a random program, in numbers. */
export interface SimulatedItem {
  readonly host: 0 | 1;
  readonly kind: keyof typeof kinds;
  readonly value: number;
  /** What is there before the run. */
  readonly before: number | undefined;
  /** Numbers of items; those that come earlier in the list are needed. */
  readonly needs: readonly number[];
  /** Takes its value from an output of this item, if that comes earlier. */
  readonly takes: number | undefined;
  readonly inside: number | undefined;
  readonly chimes: readonly number[];
}

/** Chimes on each host. */
export const chimeCount = 3;

/** Both hosts of the world. */
export const hostNames = ['one', 'two'] as const;
export const nameOf = (position: number) => `t${position}`;

/** A program with the hosts that it is for, and everything that was done on them, in order. */
export class SimulatedWorld {
  readonly items: readonly SimulatedItem[];
  readonly hosts: readonly SimulatedHost[];
  readonly actions: string[] = [];
  readonly #book: ReturnType<typeof playbook>;

  constructor(list: readonly SimulatedItem[]) {
    this.items = list;
    this.hosts = hostNames.map((name, number) => {
      const own = list.map((one, position) => ({ one, position }));
      const host = simulatedHost(
        name,
        own.flatMap(({ one, position }): [string, string][] =>
          one.host === number && one.before !== undefined
            ? [[nameOf(position), String(one.before)]]
            : [],
        ),
      );
      host.onAction = (action) => this.actions.push(`${name} ${action}`);
      return host;
    });
    this.#book = bookOf(list);
  }

  async apply(settings: RunSettings = {}): Promise<Outcome> {
    return (await apply(this.#book, { connect: this.#connect, ...settings })).outcome;
  }

  async plan() {
    return (await plan(this.#book, { connect: this.#connect })).plan;
  }

  readonly #connect = async ({ name }: { readonly name: string }) => {
    const host = this.hosts.find((one) => one.name === name);
    return connectSimulated(host ?? simulatedHost(name));
  };

  /** Where in the actions this stands last, or -1. */
  last(start: string): number {
    return this.actions.findLastIndex((action) => `${action} `.startsWith(`${start} `));
  }

  isAsDeclared(): boolean {
    return this.items.every(
      (one, position) =>
        this.hosts[one.host]?.things.get(nameOf(position)) === String(this.wanted(position)),
    );
  }

  wanted(position: number): number {
    const one = this.items[position];
    const source = one?.takes;
    if (source !== undefined && source < position) return this.wanted(source);
    return one?.value ?? 0;
  }

  /** Numbers of the items that come right before an item. */
  needs(position: number): readonly number[] {
    const { needs = [], takes, inside, host } = this.items[position] ?? {};
    const insideOf = inside !== undefined && this.items[inside]?.host === host ? [inside] : [];
    const sources = takes === undefined ? [] : [takes];
    const own = needs.filter((other) => this.items[other]?.host === host);
    return [...own, ...sources, ...insideOf].filter((other) => other < position);
  }

  differs(position: number): boolean {
    return this.items[position]?.before !== this.wanted(position);
  }
}

function bookOf(list: readonly SimulatedItem[]) {
  const chimes = hostNames.map(() =>
    Array.from({ length: chimeCount }, (_, number) => Chime({ name: `c${number}` })),
  );
  const made: Declaration<{ value: string }>[] = [];
  list.forEach((one, position) => {
    const resource = kinds[one.kind];
    const source = one.takes !== undefined && one.takes < position ? made[one.takes] : undefined;
    const isInside =
      one.inside !== undefined && one.inside < position && list[one.inside]?.host === one.host;
    const value = source === undefined ? String(one.value) : source.out.value;
    const inside = isInside ? { inside: nameOf(one.inside) } : {};
    // A need of another host is no need that can be declared: only outputs cross hosts.
    const needs = one.needs
      .filter((other) => other < position && list[other]?.host === one.host)
      .flatMap((other) => made[other] ?? []);
    const notify = one.chimes.flatMap((number) => chimes[one.host]?.[number] ?? []);
    made.push(resource({ name: nameOf(position), value, ...inside }, { needs, notify }));
  });
  const hosts = inventory({
    hosts: { one: { connection: 'local' }, two: { connection: 'local' } },
  });
  const plays = hostNames.map((name, number) =>
    play({
      hosts: name,
      resources: () => [
        chimes[number] ?? [],
        made.filter((_, position) => list[position]?.host === number),
      ],
    }),
  );
  return playbook({ inventory: hosts, plays });
}
