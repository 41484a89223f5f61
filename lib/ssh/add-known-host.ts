import { createHmac, randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Hop, targetOf } from './hop.ts';
import { knownHostsLine, knownHostsName } from './known-hosts.ts';

/** Makes a host known by a key, in the first of the user's files. Like ssh, it goes on if it cannot. */
export async function addKnownHost({ settings }: Hop, key: Buffer): Promise<void> {
  const [file] = settings.userKnownHostsFiles;
  if (file === undefined) return;
  const target = targetOf(settings);
  const name = knownHostsName(target);
  const line = knownHostsLine(target, key);
  const whole = settings.hashKnownHosts ? `${hashed(name)}${line.slice(name.length)}` : line;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const before = await readFile(file, 'utf8').catch(() => '');
    // A file that somebody edited by hand may lack its last newline.
    const start = before === '' || before.endsWith('\n') ? '' : '\n';
    await appendFile(file, `${start}${whole}\n`, { mode: 0o600 });
  } catch {}
}

/** The name is not to be read from the file: `|1|salt|HMAC-SHA1`. */
function hashed(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}
