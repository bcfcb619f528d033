/** A part of the hosts, such as `10%`. */
export type Percent = `${number}%`;

/** Size of a batch: so many hosts, or a part of all. */
export type BatchSize = number | Percent;

/** Sizes of the batches of a rollout, in order. The last one is that of all that follow. */
export type Serial = BatchSize | readonly BatchSize[];

/** Hosts that are changed side by side. */
export interface Batch {
  /** Names, in the order of the rollout. */
  readonly hosts: readonly string[];
}
