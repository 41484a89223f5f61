import type { Answers } from '#engine/model/answers.ts';
import type { Check, Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Member } from '#engine/model/playbook.ts';
import { judgeRing, type NodeLook } from '#keepalived/judge-ring.ts';
import { ownAddresses, vipsOf } from '#keepalived/node-address.ts';
import { profileOf } from '#keepalived/profile.ts';
import { vipSample } from '#keepalived/reads/vip-sample.ts';
import { ringOf } from '#keepalived/ring.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';

type Node = Member<KeepalivedVars>;

/** The longest way to a VIP on its node: kubelet's start is waited for before, so this is VRRP's own. */
const DEADLINE_MS = 60_000;

/** Long enough to let a transition end, so that a double sighting is no split brain yet. */
const PATIENCE_MS = 5_000;

/**
 * Every VIP of the ring is held once, by the node that should hold it, and the others reach it
 * there. `mustRun`: the nodes on which keepalived has to run; elsewhere it may, or may not yet.
 */
export function vipsHeldOnce(members: readonly Node[], mustRun: ReadonlySet<string>): Check {
  const reads = new Map(members.map((member) => [member.host.name, sampleRead(member, members)]));
  const looks = (sample: ReadonlyMap<string, Answers | Failure>): readonly NodeLook[] =>
    members.flatMap((member) => {
      const read = reads.get(member.host.name);
      const answers = sample.get(member.host.name);
      if (read === undefined || answers === undefined) return [];
      const seen = answers instanceof Failure ? answers : sampleOf(answers, read);
      return [{ member, seen, mustRun: mustRun.has(member.host.name) }];
    });
  return {
    title:
      members.length === 1
        ? 'every VIP is held by the node, which has no peer'
        : 'every VIP is held once, by the right node',
    spacingMs: spacingOf(members),
    deadlineMs: DEADLINE_MS,
    patienceMs: PATIENCE_MS,
    readsFor: (host) => {
      const read = reads.get(host);
      return read === undefined ? {} : { vips: read };
    },
    judge: (sample): readonly Finding[] => judgeRing(looks(sample)),
    explain: (sample) => looks(sample).flatMap(lastLines),
  };
}

function sampleRead(member: Node, members: readonly Node[]) {
  const { vars } = member;
  return vipSample({
    interface: vars.vrrp_interface,
    sources: ownAddresses(vars),
    vips: vipsOf(vars, ringOf(member, members).length),
    checks: trackedChecks(vars),
  });
}

function trackedChecks(vars: KeepalivedVars) {
  const { checks, tracked } = profileOf(vars);
  return checks.filter(({ name }) => tracked.includes(name));
}

function sampleOf(answers: Answers, read: ReturnType<typeof sampleRead>) {
  const answer = answers.answer(read.key);
  if (answer instanceof Failure) return answer;
  return answers.get(read) ?? new Failure('Not asked');
}

/** Far enough apart for a check that fails to show: all its tries, and its last one's time. */
function spacingOf(members: readonly Node[]): number {
  const longest = members
    .flatMap(({ vars }) => trackedChecks(vars))
    .map(({ interval, fall, timeout }) => interval * fall + timeout);
  return Math.max(4, ...longest) * 1000;
}

function lastLines({ member, seen }: NodeLook): readonly string[] {
  if (seen instanceof Failure) return [];
  return seen.log.map((line) => `${member.host.name} log: ${line}`);
}
