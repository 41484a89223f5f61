import type { Answers } from '#engine/model/answers.ts';
import type { Check, Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { familyOf } from '#keepalived/address.ts';
import { acceptedChecks, type Expectation, judgeRing } from '#keepalived/judge-ring.ts';
import { ownAddresses, vipsOf } from '#keepalived/node-address.ts';
import type { NodeSample } from '#keepalived/node-sample.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import type { VipLook, VipSample } from '#keepalived/reads/vip-sample.ts';
import { type Pair, type VrrpProbe, vrrpProbe } from '#keepalived/reads/vrrp-probe.ts';
import { ringOf } from '#keepalived/ring.ts';
import { sampleRead, trackedChecks } from '#keepalived/sample-read.ts';
import type { Node } from '#keepalived/vars.ts';

/** What a ring must be. */
export interface RingCheckOptions extends Expectation {
  /** Whether keepalived has to run on a node, seen as it is; elsewhere it may, or may not yet. */
  mustRun(host: string, seen: VipSample): boolean;
}

/** Long enough to let a transition end, so that a double sighting is no split brain yet. */
const PATIENCE_MS = 5_000;

/** Every VIP is held once, by the node that should hold it, and the others reach it there. */
export function ringCheck(members: readonly Node[], options: RingCheckOptions): Check {
  const reads = new Map(members.map((member) => [member.host.name, readsOf(member, members)]));
  const samples = (sample: Sample) => samplesOf(members, { sample, reads, options });
  return {
    title:
      members.length === 1
        ? 'every VIP is held by the node, which has no peer'
        : 'every VIP is held once, by the right node',
    spacingMs: spacingOf(members),
    // Kubelet's start is waited for before: what is left is VRRP's own way to a VIP on its node.
    deadlineMs: Math.max(...members.map(({ vars }) => vars.keepalived_gate_seconds)) * 1000,
    patienceMs: PATIENCE_MS,
    readsFor: (host) => {
      const asked = reads.get(host);
      return asked === undefined ? {} : { vips: asked.vips, drained: drainedBy };
    },
    probesFor: (host) => {
      const asked = reads.get(host);
      return asked === undefined ? {} : { vrrp: asked.vrrp };
    },
    judge: (sample): readonly Finding[] => judgeRing(samples(sample), options),
    explain: (sample) => [
      ...samples(sample).flatMap(lastLines),
      ...bootstrapHint(samples(sample), options),
    ],
    notes: (sample) => notesOf(samples(sample), options),
  };
}

type Sample = ReadonlyMap<string, Answers | Failure>;

interface NodeReads {
  readonly vips: Read<VipLook>;
  readonly vrrp: Read<VrrpProbe>;
}

function readsOf(member: Node, members: readonly Node[]): NodeReads {
  return {
    vips: sampleRead(member, members),
    vrrp: vrrpProbe(member.vars.vrrp_interface, pairsOf(member, members)),
  };
}

function pairsOf(member: Node, members: readonly Node[]): readonly Pair[] {
  const vips = vipsOf(member.vars, ringOf(member, members).length);
  return ownAddresses(member.vars).flatMap((source) =>
    vips.filter((vip) => familyOf(vip) === familyOf(source)).map((vip) => ({ source, vip })),
  );
}

interface Looking {
  readonly sample: Sample;
  readonly reads: ReadonlyMap<string, NodeReads>;
  readonly options: RingCheckOptions;
}

function samplesOf(members: readonly Node[], { sample, reads, options }: Looking) {
  return members.flatMap((member): readonly NodeSample[] => {
    const { name } = member.host;
    const asked = reads.get(name);
    const answers = sample.get(name);
    if (asked === undefined || answers === undefined) return [];
    if (answers instanceof Failure)
      return [{ member, ring: members, seen: answers, mustRun: false }];
    const seen = answers.result(asked.vips) ?? new Failure('Not asked');
    const by = answers.result(drainedBy);
    return [
      {
        member,
        ring: members,
        seen: by instanceof Failure ? by : seen,
        mustRun: !(seen instanceof Failure) && options.mustRun(name, seen),
        process: seen instanceof Failure ? undefined : seen.process,
        drained: by instanceof Failure ? undefined : by,
        probe: answers.result(asked.vrrp),
      },
    ];
  });
}

/** Far enough apart for a check that fails to show: all its tries, and its last one's time. */
function spacingOf(members: readonly Node[]): number {
  const longest = members
    .flatMap(({ vars }) => trackedChecks(vars))
    .map(({ interval, fall, timeout }) => interval * fall + timeout);
  return Math.max(4, ...longest) * 1000;
}

function lastLines({ member, seen }: NodeSample): readonly string[] {
  if (seen instanceof Failure)
    return seen.fix === undefined ? [] : [`${member.host.name}: ${seen.fix}`];
  return seen.log.map((line) => `${member.host.name} log: ${line}`);
}

/** A gate that waits for a check which waits for the VIP would never pass. */
function bootstrapHint(samples: readonly NodeSample[], options: Expectation): readonly string[] {
  if (options.basis !== 'loaded' || options.bootstrap) return [];
  return [...acceptedChecks(samples, { ...options, bootstrap: true })].map(
    (name) => `${name} fails on every node. Where it needs the VIP first, add --bootstrap.`,
  );
}

function notesOf(samples: readonly NodeSample[], options: Expectation): readonly string[] {
  const accepted = [...acceptedChecks(samples, options)];
  return [
    ...accepted.map((name) => `${name} fails on every node, which --bootstrap accepts`),
    ...samples.flatMap(({ member, drained: by, probe }) => {
      const { name } = member.host;
      return [
        ...(by === undefined ? [] : [`${name} was drained by ${by}`]),
        ...(probe === undefined || probe instanceof Failure ? [] : unseen(name, probe)),
      ];
    }),
  ];
}

function unseen(name: string, { told, deaf }: VrrpProbe): readonly string[] {
  const mute = told.by === 'nobody' && told.reason === 'built without JSON';
  return [
    ...(mute ? [`keepalived on ${name} does not tell its state: it was built without JSON`] : []),
    ...(deaf === undefined ? [] : [`Nobody listened for foreign routers on ${name}: ${deaf}`]),
  ];
}
