import type { TaskContext } from '#engine/model/playbook.ts';
import { Pending } from '#engine/model/state.ts';
import type { Task } from '#engine/model/task.ts';
import { shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { familyOf } from '#keepalived/address.ts';
import { CONFIGURATION, CONFIGURATION_FOLDER } from '#keepalived/files.ts';
import { type Instance, instancesIn } from '#keepalived/instances.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { markedManifest } from '#keepalived/render-manifest.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { runtimeScript } from '../container-runtime.ts';
import { file } from '../file.ts';
import { folder } from '../folder.ts';

/** A node's keepalived.conf in its folder, checked by the keepalived that will run it. */
export function configuration(
  node: TaskContext<KeepalivedVars>,
  image: string | Pending,
): readonly Task[] {
  const { vars, members, without } = node;
  const { mark } = markedManifest(node, image);
  const instances = instancesIn(node, members, without);
  return [
    folder({ path: CONFIGURATION_FOLDER }),
    file({
      path: CONFIGURATION,
      body: renderConfig(node, members, without),
      check: configurationCheck({ image, mark, vars, instances }),
    }),
  ];
}

export interface CheckOptions {
  readonly image: string | Pending;
  /** What a pod with this image has as ROTA_POD; '' where the pod carries none. */
  readonly mark: string | Pending;
  readonly vars: KeepalivedVars;
  readonly instances: readonly Instance[];
}

/**
 * A Write's check of keepalived.conf, by the keepalived that will run it: the pod's, when it runs
 * with this image already and sees the file, else one that the host's runtime starts for it, on the
 * host's interfaces. `-e` makes a missing file an error, and 0 with output is one too: keepalived
 * exits 0 with complaints (keepalived(8), --config-test). Only the guide's own profile may complain,
 * and only of what it is known for.
 */
export function configurationCheck({ image, mark, vars, instances }: CheckOptions): string {
  const name = image instanceof Pending ? image.preview : image;
  const own = typeof mark === 'string' ? mark : '';
  const known = vars.keepalived_profile === 'guide' ? complaintsOfGuide(instances) : '';
  return `[ -s "$1" ] || { echo "the configuration is empty"; exit 1; }
${runtimeScript(vars.keepalived_runtime)}
${sh`image=${name} mark=${own} known=${known}`}
${CHECK}`;
}

const CHECK = shellFile(new URL('./check-configuration.sh', import.meta.url));

/** What keepalived 2.2.7 says of the guide's files, sorted, without line numbers; it exits with 6. */
function complaintsOfGuide(instances: readonly Instance[]): string {
  const each = instances
    .filter(({ vip }) => familyOf(vip) === 6)
    .map(({ name }) => [
      `(${name}) VRRP version 3 does not support authentication. Ignoring.`,
      'Truncating auth_pass to 8 characters',
    ]);
  const security =
    'SECURITY VIOLATION - scripts are being executed but script_security not enabled.';
  return [...each.flat(), security].toSorted().join('\n');
}
