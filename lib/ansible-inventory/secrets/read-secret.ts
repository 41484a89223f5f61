import { type Alias, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Origin } from '#engine/model/host.ts';
import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { type Problems, Unresolved } from '../problems.ts';
import { splitWords } from '../read/split-words.ts';
import { CommandSecret } from './command.ts';
import { VAULT_TAGS, Vault } from './vault.ts';

export interface SecretSource {
  readonly originOf: (offset: number) => Origin;
  readonly problems: Problems;
  /** Opens what ansible-vault encrypted; left out: no password is known. */
  readonly vault?: Vault | undefined;
}

/**
 * What !vault, !env and !cmd stand for, fetched on use; undefined for a node with no such tag. A
 * problem is added for one that can never be fetched.
 */
export function readSecret(
  node: Exclude<ParsedNode, Alias.Parsed>,
  { originOf, problems, vault = new Vault([]) }: SecretSource,
): Secret | undefined {
  const { tag = '' } = node;
  if (!VAULT_TAGS.includes(tag) && tag !== '!env' && tag !== '!cmd') return undefined;
  const origin = originOf(node.range[0]);
  const text = isScalar(node) ? node.source : undefined;
  const refused = (what: string, fix: string) => {
    problems.add(what, origin, fix);
    return new Secret('');
  };
  if (tag === '!cmd') {
    const words = isSeq(node) ? wordsOfList(node.items) : wordsOfText(text ?? '');
    const isCommand = words?.[0] && !words.some((word) => word.includes('\0'));
    if (!isCommand) return refused(...BAD_COMMAND);
    return new CommandSecret(words, origin);
  }
  if (text === undefined) return refused(`The tag ${tag} stands before no text`, FORMS[tag] ?? '');
  if (tag !== '!env') return new Secret(() => vault.decrypt(text, origin));
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return refused(...BAD_NAME);
  return new Secret(() => variableOfEnvironment(text, origin));
}

const FORMS: Readonly<Record<string, string>> = {
  '!env': 'Write a name after it: !env NAME.',
  '!vault': 'Write the text of ansible-vault encrypt_string after it: !vault |.',
};

const BAD_NAME = [
  'The name of an environment variable cannot be read',
  'Write letters, digits and _ after the tag: !env NAME.',
] as const;

const BAD_COMMAND = [
  'The command of !cmd cannot be read',
  'Write its words, such as !cmd pass show lab/sudo, or as a list; no shell reads them. One that needs a shell: !cmd [sh, -c, "…"].',
] as const;

function wordsOfList(items: readonly unknown[]): readonly string[] | undefined {
  const words = items.map((item) =>
    isScalar(item) && item.tag === undefined ? item.source : undefined,
  );
  return words.every((word) => word !== undefined) ? words : undefined;
}

/** Undefined also where the text asks for a shell, which it would not get. */
function wordsOfText(text: string): readonly string[] | undefined {
  const bare = text.replace(/'[^']*'/g, '').replace(/\\[\s\S]/g, '');
  return /[|&;<>$`()*?~]|\n./.test(bare) ? undefined : splitWords(text);
}

/** The value of an environment variable, kept from being shown. Throws Unresolved when it has none. */
function variableOfEnvironment(name: string, origin: Origin): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return remember(value);
  const what = `The environment variable ${name} is ${value === '' ? 'empty' : 'not set'}`;
  throw new Unresolved(what, origin, `Set it for rota: ${name}=… rota …`);
}
