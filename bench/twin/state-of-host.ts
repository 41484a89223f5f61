import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '#lab/lab.ts';

/** What programs keep for themselves, and copies of files as they were. */
const OTHERS =
  /^\/(root|run|tmp|srv\/packages|var\/(cache|log|tmp)|var\/lib\/(apt|dpkg|rota))(\/|$)|-$/;

/** All that was written on a host, a line for each path, and its packages. */
export async function stateOfHost(lab: Lab, node: string): Promise<readonly string[]> {
  const { stdout } = await lab.run(node, 'dpkg-query -W -f "package \\${Package} \\${Version}\\n"');
  const upper = lab.upper(node);
  return [...linesBelow(upper, ''), ...stdout.trim().split('\n')];
}

function linesBelow(upper: string, path: string): readonly string[] {
  if (OTHERS.test(path)) return [];
  const file = join(upper, path);
  const status = lstatSync(file);
  const line = `${path} ${status.mode.toString(8)} ${status.uid}:${status.gid}`;
  if (status.isSymbolicLink()) return [`${line} ${readlinkSync(file)}`];
  if (status.isFile()) return [`${line} ${hashOf(file)}`];
  if (!status.isDirectory()) return [line];
  const names = readdirSync(file).toSorted();
  return [line, ...names.flatMap((name) => linesBelow(upper, `${path}/${name}`))];
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
