import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { ExpectedHolder } from './expected-holders.ts';
import type { Instance } from './instances.ts';
import type { SeenNode } from './node-sample.ts';
import type { VrrpState } from './reads/vrrp-state.ts';

/** What is wrong in keepalived's own view of its instances, where it was asked for it. */
export function judgeVrrp(
  nodes: readonly SeenNode[],
  expected: readonly ExpectedHolder[],
): readonly Finding[] {
  return nodes.flatMap((node) => {
    const { probe } = node.sample;
    const what = `keepalived on ${node.name}`;
    if (probe === undefined || node.seen.running === 0) return [];
    if (probe instanceof Failure)
      return [{ what, expected: 'an answer', seen: probe.message.toLowerCase() }];
    const { told } = probe;
    if (told.by === 'nobody') {
      if (told.reason === 'built without JSON') return [];
      return [{ what, expected: 'to tell its state', seen: told.reason }];
    }
    return [
      ...node.instances.flatMap((instance) => {
        const [before, after] = [told.before, told.after].map((dump) => named(dump, instance));
        const holder = expected.find(({ vip }) => vip === instance.vip)?.holder;
        return judgeInstance({ node, instance, holder, before, after, nodes });
      }),
      ...told.after
        .filter(({ name }) => !node.instances.some((instance) => instance.name === name))
        .map(({ name, state }) => ({
          what: `${name} on ${node.name}`,
          expected: 'not to be there',
          seen: state,
        })),
      ...probe.refusals.slice(-1).map((seen) => ({
        what,
        expected: 'to hear its peers alone',
        seen,
      })),
    ];
  });
}

interface Question {
  readonly node: SeenNode;
  readonly instance: Instance;
  readonly holder: string | undefined;
  readonly before: VrrpState | undefined;
  readonly after: VrrpState | undefined;
  readonly nodes: readonly SeenNode[];
}

function named(dump: readonly VrrpState[], { name }: Instance): VrrpState | undefined {
  return dump.find((state) => state.name === name);
}

function judgeInstance(question: Question): readonly Finding[] {
  const { node, instance, holder, before, after } = question;
  const what = `${instance.name} on ${node.name}`;
  if (before === undefined || after === undefined) {
    return [{ what, expected: 'to be loaded', seen: 'absent from what keepalived says of itself' }];
  }
  // With nobody able to hold it, an instance may be at fault: why is said by itself.
  if (holder === undefined || hasFailingCheck(node)) return [];
  const should = holder === node.name ? 'MASTER' : 'BACKUP';
  const finding = (expected: string, seen: string) => [{ what, expected, seen }];
  if (after.state !== should) return finding(should, after.state);
  if (before.transitions !== after.transitions)
    return finding('to stay as it is', 'a change of its state while it was looked at');
  return [
    ...(after.priority === instance.priority
      ? []
      : finding(`priority ${instance.priority}`, `${after.priority}`)),
    ...judgeKernel(node, instance, after),
    ...(should === 'MASTER' ? judgeMaster(question) : judgeBackup(question)),
    ...judgeErrors(what, before, after),
  ];
}

function hasFailingCheck({ checks }: SeenNode): boolean {
  return Object.values(checks).includes(false);
}

function judgeKernel(
  { name, seen }: SeenNode,
  { vip }: Instance,
  { state, vipSet }: VrrpState,
): readonly Finding[] {
  const isThere = seen.addresses.some(({ address }) => address === vip);
  const should = state === 'MASTER';
  const what = `VIP ${vip} on ${name}`;
  if (isThere !== should) {
    const told = `since keepalived is ${state}`;
    return [
      {
        what,
        expected: `${should ? '' : 'not '}there, ${told}`,
        seen: isThere ? 'there' : 'absent',
      },
    ];
  }
  if (vipSet === should) return [];
  const seenSet = vipSet ? 'set by it' : 'not set by it';
  return [
    { what, expected: should ? 'set by keepalived' : 'not set by keepalived', seen: seenSet },
  ];
}

function judgeMaster({ node, instance, before, after }: Question): readonly Finding[] {
  if ((after?.sent ?? 0) > (before?.sent ?? 0)) return [];
  return [
    { what: `${instance.name} on ${node.name}`, expected: 'to send adverts', seen: 'none sent' },
  ];
}

function judgeBackup({
  node,
  instance,
  holder,
  before,
  after,
  nodes,
}: Question): readonly Finding[] {
  const what = `${instance.name} on ${node.name}`;
  const sender = nodes.find(({ name }) => name === holder);
  const theirs = sender?.instances.find(({ vip }) => vip === instance.vip)?.priority;
  if ((after?.sent ?? 0) > (before?.sent ?? 0)) {
    return [{ what, expected: 'to send no adverts', seen: 'adverts sent, as a master does' }];
  }
  if ((after?.received ?? 0) <= (before?.received ?? 0)) {
    return [{ what, expected: `adverts from ${holder}`, seen: 'none received' }];
  }
  if (theirs === undefined || after?.masterPriority === theirs) return [];
  return [
    {
      what,
      expected: `a master of priority ${theirs}, ${holder}`,
      seen: `${after?.masterPriority}`,
    },
  ];
}

function judgeErrors(what: string, before: VrrpState, after: VrrpState): readonly Finding[] {
  return Object.entries(after.errors)
    .filter(([name, count]) => count > (before.errors[name] ?? 0))
    .map(([name, count]) => ({
      what,
      expected: 'adverts without errors',
      seen: `${name} grown by ${count - (before.errors[name] ?? 0)}`,
    }));
}
