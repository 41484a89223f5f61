import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { bundlePage } from '../cli/bundle-page.ts';

// Makes dist/, which is what the package has in place of the sources: Node takes no types away below
// node_modules, and few files load in half the time of many.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

const { UNUSED }: { readonly UNUSED: ReadonlyMap<string, string> } = createRequire(import.meta.url)(
  './modules.cjs',
);

/** What a declaration takes from another file of ours. */
const OWN_IMPORT = /(\bfrom |\bimport\()["']([.#][^"']*)\.ts["']/g;

rmSync(DIST, { recursive: true, force: true });
writeLicenses(await bundle());
await bundleStandIns();
writeTypes();

/** Gives the folders of the packages that went into it. */
async function bundle(): Promise<readonly string[]> {
  const build = await rolldown({
    cwd: ROOT,
    input: {
      main: 'cli/main.ts',
      ...entriesIn('api', ''),
      ...entriesIn('cli/commands', 'command-'),
    },
    platform: 'node',
    // Native code, which ssh2 does without.
    external: [/\.node$/, 'cpu-features'],
    plugins: [inOneFolder()],
  });
  const { output } = await build.write({ dir: DIST, chunkFileNames: '[name]-[hash].js' });
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;
  return [...new Set(modules.flatMap((id) => folder.exec(id)?.[0] ?? []))].toSorted();
}

/** What the lab's nodes run, where nothing else of rota is: a file each, with all that it needs. */
async function bundleStandIns(): Promise<void> {
  for (const name of ['apiserver', 'kubelet']) {
    const build = await rolldown({ cwd: ROOT, input: `lab/kubelet/${name}.ts`, platform: 'node' });
    await build.write({ file: join(DIST, 'kubelet', `${name}.js`), codeSplitting: false });
  }
}

function entriesIn(folder: string, prefix: string): Readonly<Record<string, string>> {
  const files = readdirSync(join(ROOT, folder));
  return Object.fromEntries(
    files.map((file) => [prefix + basename(file, '.ts'), join(folder, file)]),
  );
}

/** All files come to lie in dist/, and find what lay beside their sources where it lay. */
function inOneFolder(): Plugin {
  return {
    name: 'in-one-folder',
    transform: async (code, id) =>
      relative(ROOT, id) === 'cli/bundle-page.ts' ? await bundledPage() : transformed(code, id),
  };
}

/** The package brings the page ready made, and no bundler. */
async function bundledPage(): Promise<string> {
  const parts = JSON.stringify(await bundlePage());
  return `export async function bundlePage() { return ${parts}; }`;
}

function transformed(code: string, id: string): string | undefined {
  const unused = UNUSED.get(relative(ROOT, id));
  if (unused !== undefined) return unused === 'module' ? '' : 'module.exports = {};';
  if (id.includes('/node_modules/ssh2/')) return code.replaceAll('__dirname', "''");
  if (id.includes('/node_modules/')) return undefined;
  const source = JSON.stringify(`../${relative(ROOT, id)}`);
  return (
    code
      .replace('const require = createRequire(import.meta.url);', '')
      .replaceAll('import.meta.url', `new URL(${source}, import.meta.url).href`)
      .replace('`./commands/${name}.ts`', '`./command-${name}.js`')
      // What a message says to run is a script of the clone.
      .replace(/npm run (?:rota -- )?([a-z]+)(?: --(?= ))?/g, 'npx rota $1')
  );
}

function writeLicenses(packages: readonly string[]): void {
  const texts = packages.map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const files = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
    const own = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...own].join('\n\n');
  });
  const intro = 'The files in this folder contain these packages:';
  writeFileSync(join(DIST, 'LICENSES.txt'), `${[intro, ...texts].join('\n\n---\n\n')}\n`);
}

/** The types of the public interface, and those that they are made of. */
function writeTypes(): void {
  const emitted = join(DIST, 'emitted');
  emitTypes(emitted);
  const files = globSync('api/*.d.ts', { cwd: emitted });
  for (const file of files) {
    const text = readFileSync(join(emitted, file), 'utf8');
    const target = join(DIST, 'types', file);
    mkdirSync(dirname(target), { recursive: true });
    const rewritten = text.replaceAll(OWN_IMPORT, (_, before: string, path: string) => {
      const name = path.startsWith('#') ? path.slice(1) : normalize(join(dirname(file), path));
      if (!files.includes(`${name}.d.ts`)) files.push(`${name}.d.ts`);
      const way = relative(dirname(file), name);
      return `${before}'${way.startsWith('.') ? way : `./${way}`}.js'`;
    });
    writeFileSync(target, rewritten);
  }
  rmSync(emitted, { recursive: true });
}

function emitTypes(folder: string): void {
  mkdirSync(folder);
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: '../..',
      outDir: '.',
    },
    include: ['../../api/*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder], { stdio: 'inherit' });
}
