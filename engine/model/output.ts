/** What a script left behind: its exit status and both streams. `bytes` is stdout before decoding. */
export interface Output {
  readonly status: number;
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}
