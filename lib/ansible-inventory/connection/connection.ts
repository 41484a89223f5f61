import type { Connection } from '#engine/model/host.ts';
import type { Secret } from '#engine/model/secret.ts';
import type { HostEntry, Variables } from '../groups/group-table.ts';
import { hasUnseen } from '../read/characters.ts';
import { expandPath } from '../read/files.ts';
import type { Findings } from '../read/parse-yaml.ts';
import { splitWords } from '../read/split-words.ts';
import { type BecomeDefaults, becomeOf } from './become.ts';
import { ConnectionVariables } from './connection-variables.ts';

/** What holds for every host whose variables say nothing else; as Ansible takes its own flags. */
export interface ConnectionDefaults extends BecomeDefaults {
  /** For hosts that are reached over SSH. */
  readonly transport?: Extract<Connection['transport'], 'openssh'> | undefined;
  /** To log in with. */
  readonly loginPassword?: Secret | undefined;
}

/** How Ansible would reach a host with these variables; what they leave open is up to ssh_config. */
export function connectionOf(
  host: HostEntry,
  { merged, defaults }: { readonly merged: Variables; readonly defaults: ConnectionDefaults },
  findings: Findings,
): Connection {
  const variables = new ConnectionVariables(merged, findings.problems);
  warnOfUnsupported(merged, findings);
  const keyFile = variables.text('ansible_private_key_file', 'ansible_ssh_private_key_file');
  const seconds = numberOf(variables, ['ansible_timeout', 'ansible_ssh_timeout'], TIMEOUT);
  return {
    transport: transportOf(variables, defaults),
    address: addressOf(host, variables, findings),
    ...set('port', numberOf(variables, ['ansible_port', 'ansible_ssh_port'], PORT)),
    ...set('user', userOf(variables)),
    ...set('keyFile', keyFile === undefined ? undefined : expandPath(keyFile)),
    ...set('connectTimeoutMs', seconds && seconds * 1000),
    ...set('connectRetries', numberOf(variables, ['ansible_ssh_retries'], RETRIES)),
    ...set('hostKeyChecking', hostKeyCheckingOf(variables)),
    ...set('sshArguments', argumentsOf(variables)),
    ...set('password', passwordOf(variables) ?? defaults.loginPassword),
    ...set('become', becomeOf(variables, defaults)),
  };
}

function addressOf(
  host: HostEntry,
  variables: ConnectionVariables,
  { problems }: Findings,
): string {
  const given = variables.text('ansible_host', 'ansible_ssh_host');
  const address = given ?? host.name;
  if (isSafeAddress(address)) return address;
  const fix =
    'Write a name or an address: no dash first, no blanks, nothing that a shell reads, and all of it to be seen.';
  if (given !== undefined) {
    variables.refuse('ansible_host', fix, 'ansible_ssh_host');
  } else if (variables.text('ansible_connection') !== 'local') {
    problems.add('A host cannot be reached by its name', host.origin, 'Set ansible_host for it.');
  }
  return address;
}

function userOf(variables: ConnectionVariables): string | undefined {
  const user = variables.text('ansible_user', 'ansible_ssh_user');
  if (user === undefined || isSafeUser(user)) return user;
  const fix =
    'Write the name of a user: no dash first, nothing that a shell reads, and all of it to be seen.';
  variables.refuse('ansible_user', fix, 'ansible_ssh_user');
  return undefined;
}

function set<K extends keyof Connection>(name: K, value: Connection[K] | undefined) {
  return (value === undefined ? {} : { [name]: value }) as Pick<Connection, K> | object;
}

function transportOf(
  variables: ConnectionVariables,
  defaults: ConnectionDefaults,
): Connection['transport'] {
  const name = variables.text('ansible_connection') ?? 'ssh';
  if (name === 'local') return 'local';
  if (name !== 'ssh' && name !== 'smart') {
    variables.refuse('ansible_connection', 'Write ssh or local: rota has no other connections.');
  }
  return defaults.transport ?? 'ssh';
}

/** A whole number; what is none, or out of bounds, is a problem. */
function numberOf(
  variables: ConnectionVariables,
  names: readonly [string, ...string[]],
  { least, most, fix }: { readonly least: number; readonly most: number; readonly fix: string },
): number | undefined {
  const text = variables.text(...names);
  if (text === undefined) return undefined;
  const number = /^\s*[0-9]{1,5}\s*$/.test(text) ? Number(text) : undefined;
  if (number !== undefined && number >= least && number <= most) return number;
  variables.refuse(names[0], fix, names.at(-1));
  return undefined;
}

const PORT = { least: 1, most: 65_535, fix: 'Write a number from 1 to 65535.' };
const TIMEOUT = { least: 1, most: 99_999, fix: 'Write a number of seconds.' };
const RETRIES = { least: 0, most: 99_999, fix: 'Write a number, or 0.' };

function hostKeyCheckingOf(variables: ConnectionVariables): boolean | undefined {
  return variables.boolean('ansible_host_key_checking', 'ansible_ssh_host_key_checking');
}

function passwordOf(variables: ConnectionVariables): Secret | undefined {
  return variables.secret('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password');
}

function argumentsOf(variables: ConnectionVariables): readonly string[] | undefined {
  // ssh takes the first value that it gets for an option, and Ansible gives them in this order.
  const names = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];
  const words = names.flatMap((name) => {
    const read = readSshArguments(variables.text(name) ?? '');
    if ('words' in read) return read.words;
    variables.refuse(name, read.error);
    return [];
  });
  return words.length === 0 ? undefined : words;
}

/** ssh's own options that say how to connect: those that stand alone, and those that take a value. */
const ALONE = '46AaCKkqTvx';
const WITH_VALUE = 'BbcFIiJlmopS';

/**
 * The words of arguments for `ssh`, split as a shell would; an error is a sentence. Only options
 * that say how to connect are let through: any other word would be taken for the host.
 */
function readSshArguments(
  text: string,
): { readonly words: readonly string[] } | { readonly error: string } {
  const words = splitWords(text);
  if (words === undefined) return { error: 'A quote has no end: close it.' };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const use = useOf(word);
    if (use === 'none')
      return { error: `Remove ${word}: it is no option for connecting with ssh.` };
    if (use === 'alone') continue;
    index += use === 'with the next' ? 1 : 0;
    if (words[index] === undefined) return { error: `Give ${word} a value.` };
  }
  return { words };
}

function useOf(word: string): 'alone' | 'with its value' | 'with the next' | 'none' {
  if (!/^-[^-]/.test(word)) return 'none';
  const letters = [...word.slice(1)];
  const index = letters.findIndex((letter) => !ALONE.includes(letter));
  const letter = letters[index];
  if (letter === undefined) return 'alone';
  if (!WITH_VALUE.includes(letter)) return 'none';
  return index === letters.length - 1 ? 'with the next' : 'with its value';
}

const UNSUPPORTED = ['ansible_ssh_executable', 'ansible_ssh_pkcs11_provider'];

function warnOfUnsupported(merged: Variables, { warnings }: Findings): void {
  for (const name of UNSUPPORTED) {
    const entry = merged.get(name);
    if (entry === undefined) continue;
    const fix = 'It has no effect on the connection; the host must be reachable without it.';
    warnings.add(`The variable ${name} is not supported yet`, entry.origin, fix);
  }
}

/*
 * What OpenSSH takes for the name of a host and of a user (valid_hostname and valid_ruser of its
 * ssh.c): a ProxyCommand, a Match exec and the like give them to a shell.
 */

/** Whether a host can be reached at it: no option, and nothing that a shell would read as more. */
function isSafeAddress(text: string): boolean {
  return !hasUnseen(text) && !/^-|[\s'"`$\\;&<>|(){},]/.test(text);
}

function isSafeUser(text: string): boolean {
  return !hasUnseen(text) && !/^-|\s-|['"`$;&<>|(){}]|\\$/.test(text);
}
