#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for the rest can still say so.
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');

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
const { main } = require('./modules.cjs');
import(main).catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(
    `rota's packages are not installed (${error.message.split('\n')[0]}). Run "npm ci".`,
  );
  process.exit(1);
});
