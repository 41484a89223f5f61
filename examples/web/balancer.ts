import { type Host, type Read, type Stages, sh, type Task, task } from 'rota';
import { file } from 'rota/tasks';
import { serviceRuns } from './service.ts';

const CONFIGURATION = '/etc/haproxy/haproxy.cfg';
/** Where haproxy tells its state, and takes commands, on the host itself alone. */
const ADMIN = 'http://127.0.0.1:8404/';

interface Server {
  readonly host: Host;
  readonly port: number;
  /** Takes no new requests. */
  readonly isOut: boolean;
}

/** haproxy with these servers, and then what each of them is to take: once it runs, that can be asked. */
export function balancer(servers: readonly Server[]): Stages {
  const check = `haproxy -c -q -f "$1" 2>&1`;
  return [
    [
      file({ path: CONFIGURATION, body: configuration(servers), check }),
      serviceRuns('haproxy', CONFIGURATION),
    ],
    servers.map(({ host, isOut }) => takes(host.name, isOut ? 'nothing' : 'requests')),
  ];
}

function configuration(servers: readonly Server[]): string {
  const lines = servers.map(
    ({ host, port }) => `  server ${host.name} ${host.connection.address}:${port}\n`,
  );
  return `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  # A request that fails is seen by who has asked.
  retries 0
listen admin
  bind 127.0.0.1:8404
  stats enable
  stats uri /
  stats admin if TRUE
frontend all
  bind :80
  default_backend web
backend web
${lines.join('')}`;
}

/** By name what each server takes; none where haproxy does not run. */
const TAKEN: Read<ReadonlyMap<string, string>> = {
  key: 'what the servers take',
  script: sh`curl -fs ${ADMIN}';csv' | sed -n '/^web,BACKEND/d; /^web,/p' | cut -d, -f2,18`,
  parse: ({ stdout }) => {
    const lines = stdout.split('\n').filter((line) => line !== '');
    return new Map(
      lines.map((line) => {
        const [name = '', status] = line.split(',');
        return [name, status === 'DRAIN' ? 'nothing' : 'requests'];
      }),
    );
  },
};

/** One that haproxy does not know yet takes nothing, and need not be left out. */
function takes(name: string, what: 'nothing' | 'requests'): Task {
  return task({
    title: `requests to ${name}`,
    reads: { taken: TAKEN },
    desired: ({ taken }) => ({ takes: taken.has(name) ? what : 'unknown' }),
    inspect: ({ taken }) => ({ takes: taken.get(name) ?? 'unknown' }),
    apply: () => [
      {
        kind: 'run',
        title: `have ${name} take ${what}`,
        script:
          what === 'nothing' ? `${tell(name, 'drain')}\n${untilIdle(name)}` : tell(name, 'ready'),
        undo: tell(name, what === 'nothing' ? 'ready' : 'drain'),
      },
    ],
  });
}

function tell(name: string, action: 'drain' | 'ready'): string {
  return sh`curl -fsS -o /dev/null -d ${`b=web&s=${name}&action=${action}`} ${ADMIN}`;
}

/** For half a minute: what it was asked before is answered. */
function untilIdle(name: string): string {
  return sh`left=300
until curl -fs ${ADMIN}';csv' | cut -d, -f1,2,5 | grep -qxF ${`web,${name},0`}; do
  [ "$left" -gt 0 ] || { echo 'requests are under way still'; exit 1; }
  left=$((left - 1))
  sleep 0.1
done`;
}
