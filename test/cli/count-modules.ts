import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/** Preloaded with --import: at the end, the files of all modules that were compiled but Node's own. */
const compiled = new Set<string>();
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params: { url, length = 0 } }) => {
  const isFile = url.startsWith('file:') && url !== import.meta.url;
  if (isFile && length > 0) compiled.add(url);
});
session.post('Debugger.enable');
process.on('exit', () =>
  writeFileSync(process.env['MODULES_FILE'] ?? '', [...compiled].join('\n')),
);
