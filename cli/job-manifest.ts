import { stringify } from 'yaml';
import { LASTING_EXIT_CODES } from '#engine/report/exit-code.ts';

export interface JobInput {
  /** An image that runs rota in a folder with the inventory. */
  readonly image: string;
  readonly slices: number;
  /** What each pod runs, without the slice. */
  readonly words: readonly string[];
}

/** A Kubernetes Indexed Job with a pod for each slice, as YAML. */
export function jobManifest({ image, slices, words }: JobInput): string {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { generateName: 'rota-' },
    spec: {
      completionMode: 'Indexed',
      completions: slices,
      parallelism: Math.min(slices, AT_ONCE),
      backoffLimitPerIndex: TRIES_MORE,
      // As one run: no slice is begun after one that has failed.
      maxFailedIndexes: 0,
      podFailurePolicy: { rules: [NODE_IS_GONE, NO_USE_TO_TRY_AGAIN] },
      template: { spec: podOf(image, [...words, '--slice', `job/${slices}`, '--json']) },
    },
  };
  return stringify(job, { lineWidth: 0 });
}

const AT_ONCE = 10;
const TRIES_MORE = 3;

/** How long what a run has begun on a host may take to its end, or to be undone. */
const GRACE_SECONDS = 600;

const NODE_IS_GONE = {
  action: 'Ignore',
  onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
};
const NO_USE_TO_TRY_AGAIN = {
  action: 'FailIndex',
  onExitCodes: { containerName: 'rota', operator: 'In', values: LASTING_EXIT_CODES },
};

/** The keys, known_hosts and config of the user whose hosts these are. */
const SSH = { name: 'ssh', secret: { secretName: 'rota-ssh', defaultMode: 0o400 } };

function podOf(image: string, words: readonly string[]) {
  const volumeMounts = [{ name: SSH.name, mountPath: '/root/.ssh', readOnly: true }];
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: GRACE_SECONDS,
    containers: [{ name: 'rota', image, args: words.map(asIs), volumeMounts }],
    volumes: [SSH],
  };
}

/** Kubernetes puts variables of the container in place of $(NAME), and $ in place of $$. */
function asIs(word: string): string {
  return word.replaceAll('$', () => '$$');
}
