import { extname } from 'node:path';
import { isVaultText } from '../../secrets/vault.ts';
import type { Tree } from '../tree.ts';

const YAML = ['.yaml', '.yml', '.json'];

/** Whether only Ansible itself can read an inventory: a program, or one in INI or TOML. */
export function isForeignText(file: string, text: string): boolean {
  if (isVaultText(text)) return false;
  if (text.startsWith('#!')) return true;
  const extension = extname(file);
  if (extension !== '' && !YAML.includes(extension)) return true;
  const first = firstLineOf(text);
  // Ansible looks for INI in files of any name; a section cannot be the start of an inventory in YAML.
  if (/^\[[^\]]+\]\s*(?:[#;].*)?$/.test(first)) return true;
  return extension === '' && first !== '' && !mayStartYaml(first);
}

/** Which of Ansible's plugins a file configures, to find the hosts; undefined for an inventory. */
export function pluginOf(tree: Tree): string | undefined {
  const plugin = tree.kind === 'mapping' ? tree.entries.get('plugin')?.tree : undefined;
  if (plugin === undefined) return undefined;
  return plugin.kind === 'leaf' ? String(plugin.value) : '';
}

function firstLineOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !/^[#;]/.test(line)) ?? '';
}

/** An inventory is a mapping, and begins with a key or with what may stand before one. */
function mayStartYaml(line: string): boolean {
  return /:(?:\s|$)|^(?:---|[%{?&!-])/.test(line);
}
