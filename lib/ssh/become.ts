import { randomUUID } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { Failure } from '#engine/model/failure.ts';
import type { Become, Host } from '#engine/model/host.ts';
import type { ExecOptions } from '#engine/model/session.ts';
import { sh } from '#engine/shell/quote.ts';
import { becomeFailure } from './become-failure.ts';

/** A command with what it reads, as a transport is to run it. */
export interface Invocation {
  readonly command: string;
  readonly options: ExecOptions;
  /** What the command itself wrote there. Throws a Failure if it was not even started. */
  errorsOf(stderr: Buffer, status: number | null): Buffer;
}

/** Who types a command, and where. */
interface Typist {
  readonly host: Host;
  readonly user: string;
}

/** The command as the login user has to type it, to run as the user to become. */
export function asUser({ host, user }: Typist, command: string, options: ExecOptions): Invocation {
  const { become } = host.connection;
  if (become === undefined || become.user === user) {
    return { command, options, errorsOf: (stderr) => stderr };
  }
  const mark = `rota-${randomUUID()}`;
  const lines = linesBefore(become, mark, host.name);
  return {
    command: becomeCommand(become, mark, command),
    options: lines === '' ? options : { ...options, stdin: after(lines, options.stdin) },
    errorsOf: (stderr, status) => {
      const line = `\n${mark}\n`;
      const at = stderr.indexOf(line);
      if (at >= 0) return stderr.subarray(at + line.length);
      throw becomeFailure({ where: host.name, user, become, status, stderr: stderr.toString() });
    },
  };
}

function after(lines: string, stdin: ExecOptions['stdin']): string | Readable {
  if (stdin === undefined || typeof stdin === 'string') return lines + (stdin ?? '');
  const input = new PassThrough();
  input.write(lines);
  return stdin.pipe(input);
}

/**
 * The words for the login user's shell that run a command as another user. Before the command comes
 * `mark`, on a line of stderr: what stands before it there is the method's own talk, and without it
 * the command was not started. stdin has to begin with `linesBefore`.
 */
function becomeCommand(become: Become, mark: string, command: string): string {
  const begin = sh`printf '\\n%s\\n' ${mark} >&2\n`;
  switch (become.method) {
    case 'sudo':
      return become.password === undefined
        ? sh`env LC_ALL=C ${sudo(become, ['-n'], begin + command)}`
        : sh`sh -c ${withPassword(become, skipTo(mark) + begin + command)}`;
    case 'doas':
      return sh`env LC_ALL=C ${doas(become, begin + command)}`;
    case 'su':
      return sh`env LC_ALL=C ${su(become, skipTo(mark) + begin + command)}`;
  }
}

/** What stdin has to begin with; nothing, when no password can be asked for. */
function linesBefore(become: Become, mark: string, where: string): string {
  const { method, password } = become;
  if (method === 'doas' || (method === 'sudo' && password === undefined)) return '';
  const line = `${password?.reveal() ?? ''}\n`;
  if (/[\n\r\0]/.test(line.slice(0, -1))) throw untypable(where);
  return `${method === 'sudo' ? line : ''}${line}${mark}\n`;
}

/**
 * Whether a method reads the password that it is given depends on the host: on its rules, and on
 * when it asked last. Lines that are left over are dropped here, up to the mark. `read` takes no
 * byte more than a line, and nor do sudo -S and PAM's conversation, which su has.
 */
function skipTo(mark: string): string {
  return sh`unset rota_line
while IFS= read -r rota_line && [ "$rota_line" != ${mark} ]; do :; done
unset rota_line
`;
}

/**
 * sudo asks again after a wrong password, and would take the next lines for passwords, too, which
 * locks accounts. So it is tried on a line of its own first. sudo remembers that it was right, by
 * the parent process, if it may; `exit` keeps shells from replacing that one by the last command.
 */
function withPassword(become: Become, script: string): string {
  const flags = ['-S', '-p', ''];
  return sh`LC_ALL=C
export LC_ALL
case $(command -v printf) in */*) echo 'printf shows what it prints in the process list' >&2; exit 126 ;; esac
unset rota_word
IFS= read -r rota_word
printf '%s\\n' "$rota_word" | ${sudo(become, flags, ':')} || exit
unset rota_word
${sudo(become, flags, script)}
exit "$?"`;
}

function sudo({ user, executable, flags }: Become, how: readonly string[], script: string) {
  const program = executable ?? ['sudo'];
  return [...program, ...how, ...(flags ?? ['-H']), '-u', user, '--', 'sh', '-c', script];
}

function doas({ user, executable, flags }: Become, script: string) {
  const program = executable ?? ['doas'];
  return [...program, '-n', ...(flags ?? []), '-u', user, '--', 'sh', '-c', script];
}

/** The user's own shell runs what follows `-c`, and that may be none of POSIX. */
function su({ user, executable, flags }: Become, script: string) {
  return [...(executable ?? ['su']), ...(flags ?? []), user, '-c', sh`exec sh -c ${script}`];
}

function untypable(where: string): Failure {
  return new Failure('The password to become another user holds a line end', {
    where,
    fix: 'Correct ansible_become_password: a password is one line.',
  });
}
