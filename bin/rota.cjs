#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for the rest can still say so.
const { existsSync } = require('node:fs');
const { enableCompileCache, registerHooks } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `rota needs Node 24 or newer; this is ${process.version}. Run it with "npm run rota -- …".`,
  );
  process.exit(1);
}
// Taking the types away and compiling is half of the time of a short command.
const cache = process.env.XDG_CACHE_HOME || (process.env.HOME && join(process.env.HOME, '.cache'));
if (cache) enableCompileCache(join(cache, 'rota', 'compiled'));

const at = (path) => pathToFileURL(join(__dirname, '..', path)).href;
// In a clone the sources run as they are; the package has them bundled (bin/build.ts).
const isClone = existsSync(join(__dirname, '../cli/main.ts'));
// What rota's zod and ssh2 load with themselves and rota has no use for: the words of zod in sixty
// languages, and HTTP over SSH, which brings TLS along. A twentieth of the time of most commands.
const UNUSED = ['zod/v4/locales/index.js', 'ssh2/lib/http-agents.js'].map((file) =>
  at(`node_modules/${file}`),
);
// A playbook's `rota` is the one that runs it, wherever the playbook is and that is installed.
const OWN = /^rota(?:\/(reads|tasks|keepalived|inventory))?$/;
registerHooks({
  resolve: (name, context, next) => {
    const own = OWN.exec(name);
    if (own === null) return next(name, context);
    const [, part = 'rota'] = own;
    return { url: at(isClone ? `api/${part}.ts` : `dist/${part}.js`), shortCircuit: true };
  },
  load: (url, context, next) =>
    UNUSED.includes(url)
      ? { format: context.format, source: '', shortCircuit: true }
      : next(url, context),
});
import(at(isClone ? 'cli/main.ts' : 'dist/main.js')).catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(
    `rota's packages are not installed (${error.message.split('\n')[0]}). Run "npm ci".`,
  );
  process.exit(1);
});
