import { listOf } from '#engine/model/suggest.ts';
import type { HostSummary, RunResult } from '../run/events.ts';
import { foldNames } from './fold-names.ts';
import { countOf, formatElapsed, inventoryHosts } from './words.ts';

/** The run in one sentence. */
export function formatTotals(result: RunResult): string {
  const time = formatElapsed(result.elapsedMs);
  if (result.interrupted)
    return `Interrupted after ${time}: ${clauses(doneClause(result), undone(result), notDone(result))}`;
  if (result.failures.length > 0) return `Failed after ${time}: ${failedClauses(result)}`;
  switch (result.mode) {
    case 'verify':
      return `Verified in ${time}: every check passed`;
    case 'dry-run':
      return `Dry run: ${toChange(result) ?? nothingToDo(result)}`;
    case 'apply':
      return changedHosts(result).length === 0
        ? capitalise(nothingToDo(result))
        : `Done in ${time}: ${doneClause(result)}`;
  }
}

function failedClauses(result: RunResult): string {
  if (result.mode === 'verify')
    return clauses(countOf(result.failures.length, 'failure'), unreachable(result));
  const failed = result.hosts.filter(({ failed }) => failed > 0).map(({ host }) => host);
  return clauses(
    failed.length === 0 ? countOf(result.failures.length, 'failure') : `${few(failed)} failed`,
    unreachable(result),
    undone(result),
    result.mode === 'dry-run' ? toChange(result) : doneClause(result),
    result.mode === 'dry-run' ? undefined : notDone(result),
  );
}

function unreachable({ hosts }: RunResult): string | undefined {
  const names = hosts.filter((host) => host.unreachable).map(({ host }) => host);
  return names.length === 0 ? undefined : `${few(names)} ${wasOrWere(names)} unreachable`;
}

function undone({ undone: names = [] }: RunResult): string | undefined {
  return names.length === 0 ? undefined : `${few(names)} ${wasOrWere(names)} undone`;
}

/** Those that were only observed had no tasks: there is nothing to say of them. */
function nothingToDo({ hosts }: RunResult): string {
  const [first, ...others] = byInventory(hosts.filter(({ ok }) => ok > 0));
  if (first === undefined) return 'nothing to do';
  if (others.length === 0) return `nothing to do: ${first.host} is as it should be`;
  const all = others.length === 1 ? 'both' : `all ${others.length + 1}`;
  return `nothing to do: ${all} hosts are as they should be`;
}

/** `5 to change on 2 of 3 hosts`. */
function toChange({ hosts }: RunResult): string | undefined {
  const changing = hosts.filter(({ pending }) => pending > 0);
  if (changing.length === 0) return undefined;
  const tasks = changing.reduce((sum, { pending }) => sum + pending, 0);
  return `${tasks} to change on ${ofHosts(changing, hosts)}`;
}

function doneClause(result: RunResult): string {
  const changed = changedHosts(result);
  // Of one that was lost on the way it is not known.
  const isKnown = !result.hosts.some(({ unreachable, pending }) => unreachable && pending > 0);
  if (changed.length === 0) return `nothing ${isKnown ? 'was' : 'is known to have been'} changed`;
  const tasks = changed.reduce((sum, host) => sum + host.changed, 0);
  return `${countOf(tasks, 'task')} changed on ${ofHosts(changed, result.hosts)}`;
}

function notDone({ hosts, undone: taken = [] }: RunResult): string | undefined {
  // One that failed or was undone is named for that already.
  const left = hosts.filter(
    ({ host, pending, failed, unreachable }) =>
      pending > 0 && failed === 0 && !unreachable && !taken.includes(host),
  );
  const named = (how: string, some: readonly HostSummary[]) => {
    const names = some.map(({ host }) => host);
    return names.length === 0 ? undefined : `${few(names)} ${wasOrWere(names)} ${how}`;
  };
  const said = clauses(
    named(
      'done in part',
      left.filter(({ changed }) => changed > 0),
    ),
    named(
      'not done',
      left.filter(({ changed }) => changed === 0),
    ),
  );
  return said === '' ? undefined : said;
}

function changedHosts({ hosts }: RunResult): readonly HostSummary[] {
  return hosts.filter(({ changed }) => changed > 0);
}

function ofHosts(some: readonly HostSummary[], all: readonly HostSummary[]): string {
  if (some.every(({ host }) => host === 'localhost')) return 'localhost';
  const [own, others] = [byInventory(some).length, byInventory(all).length];
  return own === others ? countOf(own, 'host') : `${own} of ${countOf(others, 'host')}`;
}

function byInventory(hosts: readonly HostSummary[]): readonly HostSummary[] {
  return inventoryHosts(hosts, ({ host }) => host);
}

function clauses(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('; ');
}

/** Many of them as few words. */
function few(names: readonly string[]): string {
  return names.length > MOST_NAMES ? foldNames(names) : listOf(names);
}

const MOST_NAMES = 3;

function wasOrWere(names: readonly string[]): string {
  return names.length === 1 ? 'was' : 'were';
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
