import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Preloaded with --import: at the end, the URLs of all modules that were loaded but Node's own. */
const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    if (!url.startsWith('node:')) loaded.add(url);
    return next(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env['MODULES_FILE'] ?? '', [...loaded].join('\n')));
