import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { z } from 'zod';
import type { Origin } from '#engine/model/host.ts';
import { Unresolved } from '../../problems.ts';

const AgeKeys = z.array(z.object({ recipient: z.string(), enc: z.string() }));

/** The `sops` block of a file (stores/stores.go of SOPS), its scalars as text. */
const Metadata = z.object({
  lastmodified: z.string(),
  mac: z.string(),
  age: AgeKeys.nullish(),
  key_groups: z.array(z.unknown()).nullish(),
  unencrypted_suffix: z.string().nullish(),
  encrypted_suffix: z.string().nullish(),
  unencrypted_regex: z.string().nullish(),
  encrypted_regex: z.string().nullish(),
  unencrypted_comment_regex: z.string().nullish(),
  encrypted_comment_regex: z.string().nullish(),
  mac_only_encrypted: z.string().nullish(),
});

export type SopsMetadata = z.infer<typeof Metadata>;

/** Throws Unresolved for a block that is not one, or asks for what rota cannot do. */
export function metadataOf(block: YAMLMap, origin: Origin): SopsMetadata {
  const read = Metadata.safeParse(textsOf(block));
  if (!read.success) {
    const [issue] = read.error.issues;
    const fix = `Its ${issue?.path.join('.') || 'content'} is missing or wrong. Take the file from where SOPS wrote it.`;
    throw new Unresolved('The sops block of the file cannot be read', origin, fix);
  }
  const { key_groups: groups, ...rest } = read.data;
  const what = 'The file needs what rota cannot do of SOPS';
  if (groups?.length) throw new Unresolved(what, origin, 'Encrypt it with one group of keys.');
  if (rest.unencrypted_comment_regex || rest.encrypted_comment_regex) {
    const fix = 'Say what to encrypt by key, such as with encrypted_regex, not by comment.';
    throw new Unresolved(what, origin, fix);
  }
  return read.data;
}

/** Whether the value under these keys is encrypted (shouldBeEncrypted in sops.go). */
export function encryptionRule(
  metadata: SopsMetadata,
  origin: Origin,
): (path: readonly string[]) => boolean {
  const { unencrypted_suffix, encrypted_suffix, unencrypted_regex, encrypted_regex } = metadata;
  if (encrypted_suffix) return (path) => path.some((key) => key.endsWith(encrypted_suffix));
  if (encrypted_regex) return anyKeyMatching(encrypted_regex, origin);
  if (unencrypted_regex) {
    const matches = anyKeyMatching(unencrypted_regex, origin);
    return (path) => !matches(path);
  }
  const suffix = unencrypted_suffix || '_unencrypted';
  return (path) => !path.some((key) => key.endsWith(suffix));
}

/** Go puts flags before the whole, as in (?i)password. */
function anyKeyMatching(text: string, origin: Origin): (path: readonly string[]) => boolean {
  const [, flags = '', rest = text] = /^\(\?([ims]+)\)(.*)$/s.exec(text) ?? [];
  try {
    const regex = new RegExp(rest, flags);
    return (path) => path.some((key) => regex.test(key));
  } catch {
    const fix = 'Write the regular expression of the sops block so that JavaScript knows it too.';
    throw new Unresolved('The file needs what rota cannot do of SOPS', origin, fix);
  }
}

/** SOPS writes no aliases, and what others write of them is nothing. */
function textsOf(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(textsOf);
  if (!isMap(node)) return undefined;
  return Object.fromEntries(node.items.map(({ key, value }) => [String(key), textsOf(value)]));
}
