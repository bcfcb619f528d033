/** What `hostwright init --json` prints. Fields may be added within a version. */
export interface InitReport {
  readonly version: 1;
  readonly folder: string;
  /** Paths in the folder. */
  readonly files: readonly string[];
}
