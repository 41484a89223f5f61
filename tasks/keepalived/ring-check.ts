import type { Check, Finding, Sample } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { familyOf } from '#keepalived/address.ts';
import { countedChecks } from '#keepalived/counted-checks.ts';
import { acceptedChecks, type Expectation, judgeRing } from '#keepalived/judge-ring.ts';
import { ownAddresses, vipsOf } from '#keepalived/node-address.ts';
import { type NodeSample, nodeVips } from '#keepalived/node-sample.ts';
import { gateSeconds, spacingSeconds } from '#keepalived/profile.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import type { VipSample } from '#keepalived/reads/vip-sample.ts';
import { type Pair, type VrrpProbe, vrrpProbe } from '#keepalived/reads/vrrp-probe.ts';
import { ringOf } from '#keepalived/ring.ts';
import type { Node } from '#keepalived/vars.ts';

/** What a ring must be. */
export interface RingCheckOptions extends Expectation {
  /** What is said to hold, where it is not that every VIP is held. */
  readonly title?: string;
  /** Whether keepalived has to run on a node, seen as it is; elsewhere it may, or may not yet. */
  mustRun(host: string, seen: VipSample): boolean;
}

/** Long enough to let a transition end, so that a double sighting is no split brain yet. */
const PATIENCE_MS = 5_000;

/** Every VIP is held once, by the node that should hold it, and the others reach it there. */
export function ringCheck(members: readonly Node[], options: RingCheckOptions): Check {
  const reads = new Map(members.map((member) => [member.host.name, readsOf(member, members)]));
  const looks = (sample: Sample, earlier: readonly Sample[]) =>
    samplesOf(members, { sample, earlier, reads, options });
  return {
    title: options.title ?? titleFor(members),
    spacingMs: spacingSeconds(members) * 1000,
    deadlineMs: gateSeconds(members) * 1000,
    patienceMs: PATIENCE_MS,
    readsFor: (host) => {
      const asked = reads.get(host);
      return asked === undefined
        ? {}
        : { vips: asked.vips, drained: drainedBy, process: keepalivedProcess };
    },
    probesFor: (host) => {
      const asked = reads.get(host);
      return asked === undefined ? {} : { vrrp: asked.vrrp };
    },
    judge: (sample, earlier): readonly Finding[] => judgeRing(looks(sample, earlier), options),
    explain: (sample, earlier) => [
      ...bootstrapHint(looks(sample, earlier), passedOnce([...earlier, sample], reads), options),
      ...looks(sample, earlier).flatMap(lastLines),
    ],
    notes: (sample, earlier) => notesOf(looks(sample, earlier), options),
  };
}

function titleFor({ length }: readonly Node[]): string {
  return length === 1
    ? 'every VIP is held by the node, which has no peer'
    : 'every VIP is held once, by the right node';
}

interface NodeReads {
  readonly vips: Read<VipSample>;
  readonly vrrp: Read<VrrpProbe>;
}

function readsOf(member: Node, members: readonly Node[]): NodeReads {
  return {
    vips: nodeVips(member, members),
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
  readonly earlier: readonly Sample[];
  readonly reads: ReadonlyMap<string, NodeReads>;
  readonly options: RingCheckOptions;
}

function samplesOf(members: readonly Node[], { sample, earlier, reads, options }: Looking) {
  return members.flatMap((member): readonly NodeSample[] => {
    const { name } = member.host;
    const asked = reads.get(name);
    const answers = sample.get(name);
    if (asked === undefined || answers === undefined) return [];
    if (answers instanceof Failure)
      return [{ member, ring: members, seen: answers, mustRun: false }];
    const look = answers.result(asked.vips) ?? new Failure('Not asked');
    const by = answers.result(drainedBy);
    const probe = answers.result(asked.vrrp);
    const seen =
      look instanceof Failure
        ? look
        : {
            ...look,
            checks: countedChecks(member, [...looksAt(name, asked, earlier), look], probe),
          };
    return [
      {
        member,
        ring: members,
        seen: by instanceof Failure ? by : seen,
        mustRun: !(seen instanceof Failure) && options.mustRun(name, seen),
        process: answers.find(keepalivedProcess),
        drained: by instanceof Failure ? undefined : by,
        probe,
      },
    ];
  });
}

function looksAt(name: string, { vips }: NodeReads, samples: readonly Sample[]) {
  return samples.flatMap((sample): readonly VipSample[] => {
    const answers = sample.get(name);
    const look = answers instanceof Failure ? undefined : answers?.find(vips);
    return look === undefined ? [] : [look];
  });
}

function lastLines({ member, seen }: NodeSample): readonly string[] {
  if (seen instanceof Failure)
    return seen.fix === undefined ? [] : [`${member.host.name}: ${seen.fix}`];
  return seen.log.map((line) => `${member.host.name} log: ${line}`);
}

/** A gate that waits for a check which waits for the VIP would never pass. */
function bootstrapHint(
  samples: readonly NodeSample[],
  passed: ReadonlySet<string>,
  options: Expectation,
): readonly string[] {
  if (options.basis !== 'loaded' || options.bootstrap) return [];
  return [...acceptedChecks(samples, { ...options, bootstrap: true })]
    .filter((name) => !passed.has(name))
    .map((name) => `${name} fails on every node. Where it needs the VIP first, add --bootstrap.`);
}

/** The checks that some node has passed meanwhile. */
function passedOnce(samples: readonly Sample[], reads: ReadonlyMap<string, NodeReads>) {
  const looks = [...reads].flatMap(([name, asked]) => looksAt(name, asked, samples));
  const passed = looks.flatMap(({ checks }) => Object.keys(checks).filter((name) => checks[name]));
  return new Set(passed);
}

function notesOf(samples: readonly NodeSample[], options: Expectation): readonly string[] {
  const accepted = [...acceptedChecks(samples, options)];
  const isEmpty = samples.every(({ seen }) => !(seen instanceof Failure) && seen.running === 0);
  return [
    ...(isEmpty ? ['no VIP is held: keepalived runs on no node'] : []),
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
