#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for the rest can still say so.
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
// What rota's zod and ssh2 load with themselves and rota has no use for: the words of zod in sixty
// languages, and HTTP over SSH, which brings TLS along. A twentieth of the time of most commands.
const UNUSED = ['zod/v4/locales/index.js', 'ssh2/lib/http-agents.js'].map(
  (file) => pathToFileURL(join(__dirname, '../node_modules', file)).href,
);
// Its own files are where their imports say; to ask the disk about each is a tenth of a run's time.
const OWN = pathToFileURL(join(__dirname, '../')).href;
const PACKAGES = `${OWN}node_modules/`;
const isOwn = (url) => url?.startsWith(OWN) && !url.startsWith(PACKAGES);
registerHooks({
  resolve: (specifier, context, next) =>
    /^(#|\.).*\.ts$/.test(specifier) && isOwn(context.parentURL)
      ? {
          url: new URL(specifier.replace(/^#/, OWN), context.parentURL).href,
          format: 'module-typescript',
          shortCircuit: true,
        }
      : next(specifier, context),
  load: (url, context, next) =>
    UNUSED.includes(url)
      ? { format: context.format, source: '', shortCircuit: true }
      : next(url, context),
});
import('../cli/main.ts').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(
    `rota's packages are not installed (${error.message.split('\n')[0]}). Run "npm ci".`,
  );
  process.exit(1);
});
