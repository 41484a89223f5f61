/** How a command of a script ended. */
export interface ShellOutput {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of a script that runs: awaited, it rejects when the command fails. */
export interface ShellCommand extends Promise<ShellOutput> {
  /** Its stdout as text. */
  text(): Promise<string>;
  /** Its stdout as JSON. */
  json<T>(): Promise<T>;
  /** Its stdout, line by line. */
  lines(): Promise<string[]>;
  /** Does not reject for an exit code. */
  nothrow(): ShellCommand;
}

/** zx's `$` on a host: each value in the template is one quoted word there. */
export type HostShell = (pieces: TemplateStringsArray, ...values: unknown[]) => ShellCommand;
