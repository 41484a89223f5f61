import { readFileSync, statSync } from 'node:fs';
import { $ } from 'zx/core';
import { Failure } from '#engine/model/failure.ts';

/** The first that runs TypeScript as it is, and that rota is tried with. */
const NODE = 24;

const LIST = new URL('packages.txt', import.meta.url);

/** Why the lab cannot run on this machine, or undefined where it can. */
export async function obstacle(): Promise<Failure | undefined> {
  if (process.platform !== 'linux')
    return new Failure('The lab runs on Linux only', {
      where: `this machine runs ${process.platform}`,
      fix: 'Use a Debian machine, or a virtual one.',
    });
  if (process.getuid?.() !== 0)
    return new Failure('The lab needs root', {
      where: `this is user id ${process.getuid?.()}`,
      fix: 'It makes namespaces and mounts: run it with sudo.',
    });
  if (Number(process.versions.node.split('.')[0]) < NODE)
    return new Failure(`The lab needs Node ${NODE} or newer`, {
      where: `this is Node ${process.versions.node}, ${process.execPath}`,
      fix: "It runs on the nodes too. Start the lab with npm, which finds rota's own: npm run lab -- up",
    });
  if (statSync('/').dev !== statSync('/usr').dev)
    return new Failure('The lab needs / and /usr on one file system', {
      where: '/usr is a mount of its own',
      fix: 'Nodes are an overlay over /, and a mount below it does not show in them. Use a machine that has both on one.',
    });
  return missingPackages();
}

async function missingPackages(): Promise<Failure | undefined> {
  const wanted = readFileSync(LIST, 'utf8').split('\n').filter(Boolean);
  const format = '${db:Status-Abbrev}${Package}\n';
  const query = await $`dpkg-query -W -f ${format} ${wanted}`.nothrow().quiet();
  if (query.exitCode === 127)
    return new Failure('The lab needs Debian 12 or newer', {
      where: 'there is no dpkg-query here',
      fix: `On another system, it would need what these packages have: ${wanted.join(' ')}`,
    });
  const installed = new Set(
    query.stdout.split('\n').flatMap((line) => (line.startsWith('ii ') ? [line.slice(3)] : [])),
  );
  const missing = wanted.filter((name) => !installed.has(name));
  if (missing.length === 0) return undefined;
  return new Failure('The lab needs packages that are not installed', {
    where: missing.join(' '),
    fix: `apt-get install --no-install-recommends ${missing.join(' ')}`,
  });
}
