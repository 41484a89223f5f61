import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { $ } from 'zx';
import { Failure } from '#engine/model/failure.ts';
import { done } from './done.ts';
import { roster } from './roster.ts';
import type { LabState } from './state.ts';

/** Unpacks the files that nodes begin with; which sshd they run goes by what is there. */
export async function unpackRoot(archive: string, dir: string, state: LabState): Promise<LabState> {
  if (!existsSync(archive))
    throw new Failure('The archive of the root is not there', {
      where: archive,
      fix: 'Check its path.',
    });
  const root = join(dir, 'root');
  mkdirSync(root, { mode: 0o755 });
  const words = ['--numeric-owner', '--xattrs', '--xattrs-include=*', '--acls', '-C', root];
  const what = 'The archive of the root cannot be unpacked';
  await done(what, $`tar -xpf ${resolve(archive)} ${words}`);
  const flavour = sshdIn(root, archive);
  const flavours = Object.fromEntries(roster(state.nodes).map(({ name }) => [name, flavour]));
  return { ...state, root, flavours };
}

function sshdIn(root: string, where: string): 'debian' | 'dropbear' {
  if (existsSync(join(root, 'usr/sbin/sshd'))) return 'debian';
  if (existsSync(join(root, 'usr/sbin/dropbear'))) return 'dropbear';
  throw new Failure('The root has no sshd', {
    where,
    fix: 'Make it with openssh-server or dropbear in /usr/sbin, as hosts have it that rota reaches.',
  });
}
