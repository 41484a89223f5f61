import { createInterface } from 'node:readline';
import { startWatch } from '#engine/rollout/watch-ring.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import { watchVips } from '#tasks/keepalived/watch-vips.ts';
import { load } from '../../../cli/load.ts';

// Watches the ring of an inventory. Answers each line of stdin with what was seen since the last
// one of `mark`, as a line of JSON; ends with stdin.
const { members } = await load(deploy, { sources: [process.argv[2] ?? ''] });
const connections = new Connections();
const hosts = await Promise.all(
  members.map(async ({ host }) => {
    const session = await connections.connect(host);
    return { name: host.name, connection: { session } };
  }),
);
const watching = await startWatch({ watch: watchVips(members), hosts });
let sinceMs = performance.now();
say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const now = performance.now();
  if (line === 'mark') sinceMs = now;
  say({
    vips: watching.report(sinceMs, now),
    ended: watching.ended.map(({ message, where }) => `${where}: ${message}`),
  });
}
await watching[Symbol.asyncDispose]();
await connections.close();

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
