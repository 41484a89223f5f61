import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { parse } from 'yaml';

/** As much of a pod as static pods here use. */
export interface PodSpec {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly volumes?: readonly Volume[];
    readonly hostNetwork?: boolean;
    readonly terminationGracePeriodSeconds?: number;
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly securityContext?: {
    readonly privileged?: boolean;
    readonly capabilities?: { readonly add?: readonly string[] };
  };
}

interface Volume {
  readonly name: string;
  readonly hostPath?: { readonly path: string; readonly type?: string };
}

/** A pod as kubelet knows it: its UID is of what it was parsed to, the node's name and the file's path. */
export interface StaticPod extends PodSpec {
  readonly uid: string;
  readonly fullName: string;
  readonly podName: string;
  readonly namespace: string;
  readonly file: string;
}

/** Reads a manifest. Throws for one that is no pod. */
export function parsePod(text: string, file: string): StaticPod {
  const pod = parse(text) as PodSpec | null;
  const name = pod?.metadata?.name;
  if (pod?.kind !== 'Pod' || typeof name !== 'string' || !pod.spec?.containers?.length) {
    throw new Error(`${file} is no pod`);
  }
  const namespace = pod.metadata.namespace ?? 'default';
  const podName = `${name}-${hostname()}`;
  const uid = createHash('md5')
    .update(JSON.stringify([pod, hostname(), file], sorted))
    .digest('hex');
  return { ...pod, uid, podName, namespace, fullName: `${podName}_${namespace}`, file };
}

/** For JSON: the order of keys is no difference between pods. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
