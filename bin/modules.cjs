// How Node finds and reads rota's modules. Its own way takes a tenth of a short run: for each import
// it parses eight URLs, and asks the disk once more for what the import says itself.
const { existsSync, readFileSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { join, posix } = require('node:path');
const { pathToFileURL } = require('node:url');

const FOLDER = join(__dirname, '../');
const ROOT = pathToFileURL(FOLDER).href;
// In a clone the sources run as they are; the package has them bundled (bin/build.ts).
const isClone = existsSync(join(FOLDER, 'cli/main.ts'));

/** A playbook's `rota` is the one that runs it, wherever the playbook is and that is installed. */
const OWN = /^rota(?:\/(checks|reads|tasks|keepalived|inventory))?$/;

/** An import that names a file: beside the one that imports, or as "imports" of package.json has it. */
const NAMED = /^(?:#|\.\.?\/)[\w./-]+\.[cm]?[jt]s$/;
const SOURCE = /^(?:api|checks|cli|engine|keepalived|lib|queue|tasks)\/[\w./-]+\.ts$/;

/**
 * What packages load with themselves and rota never calls, by its format: nothing is in its place, for a
 * twentieth of a short run.
 */
const UNUSED = new Map([
  // The words of zod in sixty languages.
  ['node_modules/zod/v4/locales/index.js', 'module'],
  // HTTP over SSH, which brings TLS along, new keys, a server, and the copying of files.
  ['node_modules/ssh2/lib/http-agents.js', 'commonjs'],
  ['node_modules/ssh2/lib/keygen.js', 'commonjs'],
  ['node_modules/ssh2/lib/server.js', 'commonjs'],
  ['node_modules/ssh2/lib/protocol/SFTP.js', 'commonjs'],
  ['node_modules/make-dir/index.js', 'commonjs'],
]);

module.exports = { UNUSED, main: ROOT + (isClone ? 'cli/main.ts' : 'dist/main.js') };

/** Files that are known to be there. */
const found = new Set();

registerHooks({
  resolve(specifier, context, next) {
    const path = partOf(specifier) ?? placeOf(specifier, pathOf(context.parentURL));
    return path === undefined ? next(specifier, context) : { url: ROOT + path, shortCircuit: true };
  },
  load(url, context, next) {
    const path = pathOf(url);
    const unused = UNUSED.get(path);
    if (unused !== undefined) return { format: unused, source: '', shortCircuit: true };
    if (!SOURCE.test(path)) return next(url, context);
    const source = readFileSync(FOLDER + path, 'utf8');
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});

/** Below the folder of rota; empty for what is elsewhere. */
function pathOf(url) {
  return url?.startsWith(ROOT) ? url.slice(ROOT.length) : '';
}

function partOf(specifier) {
  const own = OWN.exec(specifier);
  if (own === null) return undefined;
  const [, part = 'rota'] = own;
  return isClone ? `api/${part}.ts` : `dist/${part}.js`;
}

/** Below the folder of rota, too. Undefined where no file is there: what is wrong is for Node to say. */
function placeOf(specifier, parent) {
  if (parent === '' || !NAMED.test(specifier)) return undefined;
  const isOwn = specifier[0] === '#';
  if (isOwn && parent.startsWith('node_modules/')) return undefined;
  const path = isOwn ? specifier.slice(1) : posix.join(posix.dirname(parent), specifier);
  const isFound = found.has(path) || (!path.startsWith('../') && existsSync(FOLDER + path));
  if (!isFound) return undefined;
  found.add(path);
  return path;
}
