import type { Connection } from '#engine/model/host.ts';
import { expandPath } from './expand-path.ts';
import { splitWords } from './split-words.ts';

export type SshOptions = Pick<Connection, 'knownHostsFiles' | 'connectTimeoutMs'>;

const ONLY = 'rota understands -o UserKnownHostsFile=PATH and -o ConnectTimeout=SECONDS alone';

/** Reads arguments for `ssh` as a shell would split them; an error is a sentence. */
export function readSshArguments(text: string): SshOptions | { readonly error: string } {
  const words = splitWords(text);
  if (words === undefined) return { error: 'A quote has no end: close it.' };
  let options: SshOptions = {};
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-o')) return { error: `Remove ${word}: ${ONLY}.` };
    if (word === '-o') index += 1;
    const option = word === '-o' ? (words[index] ?? '') : word.slice(2);
    const read = readOption(option);
    if ('error' in read) return read;
    options = { ...read, ...options };
  }
  return options;
}

function readOption(option: string): SshOptions | { readonly error: string } {
  const [, keyword = '', value = ''] = /^\s*([a-z0-9]+)(?:\s*=\s*|\s+)(.*)$/is.exec(option) ?? [];
  switch (keyword.toLowerCase()) {
    case 'userknownhostsfile':
      return knownHosts(value);
    case 'connecttimeout':
      return connectTimeout(value);
    default:
      return { error: `Remove -o ${option}: ${ONLY}.` };
  }
}

function knownHosts(value: string): SshOptions | { readonly error: string } {
  const files = splitWords(value) ?? [];
  if (files.length === 0) return { error: 'Give UserKnownHostsFile a path.' };
  if (/[%$]/.test(value))
    return { error: 'Write the path of UserKnownHostsFile out, without % or $.' };
  if (files.length === 1 && files[0] === 'none') return { knownHostsFiles: [] };
  return { knownHostsFiles: files.map(expandPath) };
}

function connectTimeout(value: string): SshOptions | { readonly error: string } {
  const seconds = /^[0-9]{1,6}$/.test(value) ? Number(value) : 0;
  if (seconds === 0) return { error: 'Give ConnectTimeout a number of seconds.' };
  return { connectTimeoutMs: seconds * 1000 };
}
