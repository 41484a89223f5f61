import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of rota itself, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export function versionOfPackage(): string {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
