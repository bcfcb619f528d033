/** What `hostwright docs --json` prints. Fields may be added within a version. */
export interface DocsReport {
  readonly version: 1;
  /** Every topic there is, in order. */
  readonly topics: readonly string[];
  /** What was asked for; without a topic only the list is given. */
  readonly page?: {
    readonly topic: string;
    readonly title: string;
    /** The text of the page. */
    readonly markdown: string;
  };
}
