/** Who does what, as a host keeps it for its lease and its history. Single lines. */
export interface About {
  /** `ada@desk`. */
  readonly owner: string;
  /** ISO 8601. */
  readonly since: string;
  /** The playbook. */
  readonly what: string;
  /** The saved plan that is applied. */
  readonly plan?: string;
}
