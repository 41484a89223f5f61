import type { RingNode } from '#engine/model/playbook.ts';
import { reveal, type Text } from '#engine/model/secret.ts';
import type { Pending } from '#engine/model/state.ts';
import { fileAt } from '#engine/reads/file.ts';
import { familiesOf } from './families.ts';
import { manifestPath, mountOf } from './files.ts';
import { nodeVips } from './node-sample.ts';
import { type ConfiguredInstance, parseConfig } from './parse-config.ts';
import type { Advert } from './reads/adverts.ts';
import { interfaces } from './reads/interfaces.ts';
import { keepalivedProcess } from './reads/process.ts';
import { routersOn } from './reads/routers.ts';
import type { VipSample } from './reads/vip-sample.ts';
import { renderConfig } from './render-config.ts';
import { markedManifest } from './render-manifest.ts';
import type { KeepalivedVars } from './vars.ts';

/** What a node of a ring is to have. */
export interface Wanted {
  /** Once all phases of the change are over. */
  readonly configuration: Text;
  /** Whether its manifest is another one than there is. */
  readonly isOtherPod: boolean;
  readonly mark: string | Pending;
  /** Whether a reload brings another configuration into force. */
  readonly reloadable: boolean;
  /** Who took it off duty and when, where it stays so. */
  readonly drained: string | undefined;
}

/** Where a node of a ring stands before a change, and where it is to go. */
export interface NodeChange {
  readonly name: string;
  readonly node: RingNode<KeepalivedVars>;
  /** It runs keepalived, as far as is known: a host out of reach tells nothing. */
  readonly isRunning: boolean;
  /** The text that its keepalived has loaded; as it is wanted, where it keeps none. */
  readonly configuration: string;
  readonly loaded: readonly ConfiguredInstance[];
  /** The environment's mark of the pod that runs. */
  readonly pod: string | undefined;
  /** All addresses that it has. */
  readonly held: ReadonlySet<string>;
  /** Its look at the VIPs, where there was one. */
  readonly look: VipSample | undefined;
  /** Adverts of all, where it was listened for them. */
  readonly heard: readonly Advert[];
  readonly to: Wanted;
  readonly wanted: readonly ConfiguredInstance[];
}

/** What a node has said of itself, and what it is to have. */
export function nodeChange(node: RingNode<KeepalivedVars>, to: Wanted): NodeChange {
  const process = node.facts.find(keepalivedProcess);
  const isRunning = (process?.running ?? 0) > 0;
  const wanted = reveal(to.configuration);
  const configuration = isRunning ? (process?.configuration ?? wanted) : '';
  const addresses = node.facts.find(interfaces(familiesOf(node.vars)))?.addresses ?? [];
  return {
    name: node.host.name,
    node,
    isRunning,
    configuration,
    loaded: parseConfig(configuration).instances,
    pod: process?.pod,
    held: new Set(addresses.map(({ address }) => address)),
    look: node.facts.find(nodeVips(node, node.members)),
    heard: node.facts.find(routersOn(node.vars.vrrp_interface))?.heard ?? [],
    to,
    wanted: parseConfig(wanted).instances,
  };
}

/** What the inventory wants of a node. `drained`: who took it off duty, where it stays so. */
export function wantedOf(
  node: RingNode<KeepalivedVars>,
  image: string | Pending,
  drained: string | undefined,
): Wanted {
  const { manifest, mark } = markedManifest(node, image);
  const there = node.facts.find(fileAt(manifestPath(node)));
  return {
    configuration: renderConfig(node, node.members),
    isOtherPod: there?.type === 'file' && there.content !== reveal(manifest),
    mark,
    reloadable: mountOf(node) === 'directory',
    drained,
  };
}
