import type { Argument, Command, Option } from 'commander';
import type { Candidate, Slot } from './slot.ts';

/** In place of candidates: the shell itself knows files best. */
export const FILES = ':files';

/** What may stand in a slot. Loads no more than it must. */
export async function candidatesFor(slot: Slot): Promise<readonly Candidate[] | typeof FILES> {
  const { command, value, flags, before, written } = slot;
  if (flags) return fitting(flagsOf(command), '', written);
  if (value === undefined) return fitting(commandsOf(command), '', written);
  const choices = value.argChoices?.map((word) => ({ word }));
  if (choices !== undefined) return fitting(choices, before, written);
  const { hosts, groups, tags, playbooks } = SOURCES;
  const name = 'attributeName' in value ? value.attributeName() : value.name();
  if (playbooks.includes(name)) {
    const { playbooksAt } = await import('./playbooks.ts');
    return fitting(playbooksAt(written), before, written);
  }
  const isHost = hosts.includes(name);
  if (isHost || groups.includes(name) || tags.includes(name)) {
    const { hostsOf, tagsOf } = await import('./inventory.ts');
    const kept = isHost ? '' : (/^.*[,:!&]/.exec(written)?.[0] ?? '');
    const words = tags.includes(name) ? await tagsOf(slot) : await hostsOf(slot, isHost);
    return fitting(words, before + kept, written.slice(kept.length));
  }
  return isFile(value) ? FILES : [];
}

/** By their names in commander: what takes hosts alone, hosts and groups, and so on. */
const SOURCES: Readonly<Record<'hosts' | 'groups' | 'tags' | 'playbooks', readonly string[]>> = {
  hosts: ['host', 'hosts', 'explain', 'connectDebug'],
  groups: ['limit', 'pattern'],
  tags: ['tags', 'skipTags'],
  playbooks: ['playbook'],
};

function flagsOf(command: Command): readonly Candidate[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, description }) =>
    long ? [{ word: long, text: description }] : [],
  );
}

function commandsOf(command: Command): readonly Candidate[] {
  return command.commands.map((each) => ({ word: each.name(), text: each.description() }));
}

function isFile(value: Option | Argument): boolean {
  const name = 'flags' in value ? value.flags : value.name();
  return /\b(?:file|path|folder|dir|inventory|plan)\b/.test(name);
}

function fitting(
  candidates: readonly Candidate[],
  before: string,
  written: string,
): readonly Candidate[] {
  return candidates
    .filter(({ word }) => word.startsWith(written))
    .map((candidate) => ({ ...candidate, word: before + candidate.word }));
}
