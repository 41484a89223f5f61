import { randomUUID } from 'node:crypto';
import { Failure } from '#engine/model/failure.ts';
import { formatLimit } from '#engine/model/limits.ts';
import type { Session } from '#engine/model/session.ts';
import { quote, sh } from '#engine/shell/quote.ts';

/**
 * A command that can be ended on its host over a second channel: closing its own ends no process,
 * and sshd passes no signals on to commands of root. All its processes carry a mark in their
 * environment, by which /proc finds them; one that clears its environment is not found.
 */
export class RemoteJob {
  readonly command: string;
  readonly #session: Session;
  readonly #mark = `ROTA_JOB=${randomUUID()}`;

  constructor(session: Session, command: string) {
    this.#session = session;
    this.command = sh`exec env ${this.#mark} sh -c ${command}`;
  }

  /** Sends a signal to every process of the job. */
  async signal(name: NodeJS.Signals): Promise<void> {
    await this.#tell(`tell ${quote(name.slice(3))} $(job); :`);
  }

  /** SIGTERM, and SIGKILL for what is left after two seconds. */
  async end(): Promise<void> {
    await this.#tell(END);
  }

  /** The host ends it as well: it may be told by a rota that is gone by then. */
  async #tell(script: string): Promise<void> {
    const limit = this.#session.limits.ending;
    const seconds = limit.most / 1000;
    const program = `mark=${quote(this.#mark)}${FUNCTIONS}${script}`;
    const { status, stderr } = await this.#session.exec(sh`timeout ${seconds} sh -c ${program}`, {
      limit,
    });
    if (status !== 0) throw notEnded(this.#session, status, stderr.toString());
  }
}

function notEnded({ host, limits }: Session, status: number, stderr: string): Failure {
  return new Failure('What runs on the host could not be ended', {
    where: host.name,
    ran: `${formatLimit(limits.ending)} → exit ${status}`,
    output: stderr.trim(),
    fix: 'Look for it on the host with ps, and end it by hand.',
  });
}

/** One grep looks through the environments of all processes. */
const FUNCTIONS = `
job() {
  for file in $(grep -lzxF "$mark" /proc/[0-9]*/environ 2>/dev/null); do
    file=\${file#/proc/}
    echo "\${file%/environ}"
  done
}
tell() { signal=$1; shift; for pid; do kill -s "$signal" "$pid"; done 2>/dev/null; }
alive() { for pid; do kill -0 "$pid" 2>/dev/null && return; done; return 1; }
nap() { sleep 0.1 2>/dev/null || sleep 1; }
`;

// The command may still be on its way to its shell: it is looked for until it is found.
const END = `
for try in 1 2 3 4 5 6 7 8 9 10; do pids=$(job); [ -z "$pids" ] || break; nap; done
tell TERM $pids
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do alive $pids || break; nap; done
[ -z "$pids" ] || tell KILL $(job)
:`;
