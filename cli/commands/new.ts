import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { quote } from '#engine/shell/quote.ts';
import { ROOT, versionOfPackage } from '../package.ts';

export function define(command: Command) {
  command.argument('<dir>', 'the folder to make, or an empty one');
  return async (folder: string) => await makeRepository(folder);
}

/** Writes a repository of one's own: a playbook, a task, a test, an inventory, and what checks them. */
async function makeRepository(folder: string): Promise<number> {
  // rota is in no registry: whoever has its name there is somebody else.
  const tarball = `rota-${versionOfPackage()}.tgz`;
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) throw notEmpty(folder);
    await cp(join(ROOT, 'templates/repository'), folder, { recursive: true });
    // npm leaves a .gitignore out of packages.
    await rename(join(folder, 'gitignore'), join(folder, '.gitignore'));
    await namePackage(folder, tarball);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const fix = 'Check the path and its rights.';
    throw new Failure('The folder cannot be made', { where: folder, output: message, fix });
  }
  process.stdout.write(`Wrote ${quote(folder)}. Look at site.ts and inventory.yaml; then, with the package beside them:
cp ${tarball} ${quote(folder)}
cd ${quote(folder)} && npm install && npm test && npx rota run site.ts inventory.yaml --dry-run\n`);
  return 0;
}

async function namePackage(folder: string, tarball: string): Promise<void> {
  const [own, given] = await Promise.all(
    [ROOT, folder].map(async (place) =>
      JSON.parse(await readFile(join(place, 'package.json'), 'utf8')),
    ),
  );
  const { '@types/node': types, node, typescript } = own.devDependencies;
  given.name = basename(resolve(folder))
    .toLowerCase()
    .replace(/^[._]+/, '')
    .replaceAll(/[^a-z0-9._-]/g, '-');
  given.devDependencies = { '@types/node': types, node, rota: `file:${tarball}`, typescript };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(given, null, 2)}\n`);
}

function notEmpty(where: string): Failure {
  return new Failure('The folder is not empty', { where, fix: 'Name one that is not there yet.' });
}
