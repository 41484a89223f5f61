import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Check } from '#engine/model/check.ts';
import { Digest } from '#engine/model/state.ts';
import type { Task } from '#engine/model/task.ts';
import { absent } from '#tasks/files/absent.ts';
import { folder } from '#tasks/files/folder.ts';
import { unpack } from '#tasks/files/unpack.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';

/** A user who owns a part of a path. */
const NOBODY = 65534;

let host: TemporaryHost;
beforeEach(() => {
  host = new TemporaryHost('node1');
  chmodSync(host.root, 0o755);
});
afterEach(() => {
  vi.unstubAllEnvs();
  host.remove();
});

const ownFolder = (name: string) => {
  const path = host.path(name);
  mkdirSync(path);
  lchownSync(path, NOBODY, NOBODY);
  return path;
};

const plant = (path: string, target: string) => {
  symlinkSync(target, path);
  lchownSync(path, NOBODY, NOBODY);
};

const failuresOf = async (task: Task) => {
  const { result } = await runOn([host], book({ tasks: () => [task] }));
  return result.failures.map(({ message, ran, output }) => [message, ran, output]);
};

/** A run that is undone after `meanwhile`, and how that went. */
const undoneAfter = async (task: Task, meanwhile: () => void) => {
  const never: Check = {
    title: 'never',
    spacingMs: 1,
    deadlineMs: 1,
    patienceMs: 1,
    readsFor: () => ({}),
    judge: () => {
      meanwhile();
      meanwhile = () => undefined;
      return [{ what: 'it', expected: 'well', seen: 'ill' }];
    },
  };
  const rollout = { serial: 1, gate: () => never } as const;
  const { result } = await runOn([host], book({ tasks: () => [task], rollout }));
  return result.undone;
};

const modeOf = (path: string) => {
  const { mode, uid } = statSync(path);
  return `${(mode & 0o7777).toString(8)} ${uid}`;
};

const why = process.getuid?.() === 0 ? undefined : 'it takes root to write where another user can';
/** As in a container that may not mount. */
const noMounts = spawnSync('unshare', ['-m', 'true']).status !== 0;

describe.skipIf(why !== undefined)(
  `where another user owns a part of a path${why === undefined ? '' : `: ${why}`}`,
  () => {
    test('an undo of modes takes no line of a name for another file, and heeds blanks at its end', async () => {
      const [victim, uploads] = [host.path('victim'), host.path('uploads')];
      writeFileSync(victim, '', { mode: 0o600 });
      const planted = `${uploads}/x\n777 0:0 ${victim}`;
      mkdirSync(dirname(planted), { recursive: true });
      const blank = join(uploads, 'blank ');
      for (const path of [planted, blank]) writeFileSync(path, '', { mode: 0o644 });
      const task = folder({ path: uploads, inside: { fileMode: '0640' } });
      let between: readonly string[] = [];
      const undone = await undoneAfter(task, () => {
        between = [blank, victim, planted].map(modeOf);
      });
      expect([undone, between]).toEqual([['node1'], ['640 0', '600 0', '644 0']]);
      expect([blank, victim, planted].map(modeOf)).toEqual(['644 0', '600 0', '644 0']);
    });

    test('an undo of modes follows no link that another user has planted meanwhile', async () => {
      const [secrets, uploads] = [host.path('secrets'), ownFolder('uploads')];
      const inside = ownFolder('uploads/a');
      mkdirSync(secrets);
      for (const path of [join(secrets, 'key'), join(inside, 'key')]) writeFileSync(path, '');
      chmodSync(join(secrets, 'key'), 0o600);
      chmodSync(join(inside, 'key'), 0o666);
      const task = folder({ path: uploads, owner: 'nobody:nogroup', inside: { fileMode: '0644' } });
      await undoneAfter(task, () => {
        renameSync(inside, `${inside}2`);
        plant(inside, secrets);
      });
      expect(modeOf(join(secrets, 'key'))).toBe('600 0');
    });

    test('a tree is neither removed, nor brought back, behind a link that another user has planted', async () => {
      const [victim, home] = [host.path('victim'), ownFolder('home')];
      mkdirSync(join(victim, 'old'), { recursive: true });
      const [conf, old] = [join(home, 'conf'), join(home, 'conf/old')];
      plant(conf, victim);
      const task = () => absent({ path: old, tree: true });
      expect(await failuresOf(task())).toEqual([
        [
          'A command failed',
          `remove ${old} → exit 1`,
          `${conf} leads to ${victim}, by a link that another user can change.`,
        ],
      ]);
      expect(readdirSync(victim)).toEqual(['old']);
      renameSync(conf, `${conf}2`);
      ownFolder('home/conf');
      mkdirSync(old);
      writeFileSync(join(old, 'file'), 'of before');
      await undoneAfter(task(), () => {
        renameSync(conf, `${conf}3`);
        plant(conf, victim);
        writeFileSync(join(victim, 'old', 'of root'), '');
      });
      expect(readdirSync(join(victim, 'old'))).toEqual(['of root']);
    });

    test.skipIf(noMounts)(
      'a tree with another file system in it is left alone, also where a link of root leads to it',
      async () => {
        const real = host.path('real');
        const inside = join(real, 'old', 'a b');
        mkdirSync(inside, { recursive: true });
        writeFileSync(join(inside, 'file'), '');
        symlinkSync(real, host.path('link'));
        execFileSync('mount', ['--bind', inside, inside]);
        try {
          const path = host.path('link/old');
          expect(await failuresOf(absent({ path, tree: true }))).toEqual([
            [
              'A command failed',
              `remove ${path} → exit 1`,
              `${real}/old/a\\040b is mounted there.`,
            ],
          ]);
          expect(existsSync(join(inside, 'file'))).toBe(true);
        } finally {
          execFileSync('umount', [inside]);
        }
      },
    );

    test('an archive is not unpacked behind a planted link', async () => {
      const [victim, home, app] = [host.path('victim'), ownFolder('home'), host.path('app')];
      for (const path of [victim, app]) mkdirSync(path);
      writeFileSync(join(app, 'readme'), '');
      const source = host.path('app.tar');
      execFileSync('tar', ['cf', source, '-C', app, 'readme']);
      plant(join(home, 'link'), victim);
      const path = join(home, 'link', 'x');
      expect(await failuresOf(unpack({ path, source }))).toEqual([
        [
          'A command failed',
          `unpack ${path} → exit 1`,
          `${join(home, 'link')} leads to ${victim}, by a link that another user can change.`,
        ],
      ]);
      expect(readdirSync(victim)).toEqual([]);
    });

    test('an archive that is exchanged behind its hash is unpacked as it was hashed', async () => {
      const [app, archive] = [host.path('app'), host.path('app.tar')];
      mkdirSync(app);
      for (const name of ['good', 'evil']) {
        writeFileSync(join(app, name), '');
        execFileSync('tar', ['cf', host.path(name), '-C', app, name]);
      }
      const sha256 = Digest.of(readFileSync(host.path('good'))).sha256;
      renameSync(host.path('good'), archive);
      mkdirSync(host.path('bin'));
      const exchange = `#!/bin/sh
PATH=\${PATH#*:}
case $(readlink /proc/$$/fd/0) in *.tar | *.archive) cp '${host.path('evil')}' '${archive}.new' ;; esac
sha256sum "$@"
[ ! -e '${archive}.new' ] || mv '${archive}.new' '${archive}'
`;
      writeFileSync(host.path('bin/sha256sum'), exchange, { mode: 0o755 });
      vi.stubEnv('PATH', `${host.path('bin')}:${process.env['PATH']}`);
      const path = host.path('there');
      expect(await failuresOf(unpack({ path, archive, sha256 }))).toEqual([]);
      expect(readdirSync(path)).toEqual(['good']);
      expect(readFileSync(archive).equals(readFileSync(host.path('evil')))).toBe(true);
    });
  },
);
