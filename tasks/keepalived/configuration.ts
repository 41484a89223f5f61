import type { TaskContext } from '#engine/model/playbook.ts';
import type { Read, Script } from '#engine/model/read.ts';
import { Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { shellFile, USER } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { familyOf } from '#keepalived/address.ts';
import {
  CONFIGURATION,
  CONFIGURATION_FOLDER,
  NOTIFY_LOGS,
  NOTIFY_SCRIPT,
  notifies,
} from '#keepalived/files.ts';
import { type Instance, instancesIn } from '#keepalived/instances.ts';
import { trackedChecks } from '#keepalived/profile.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { noPrograms } from '#keepalived/refusals.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { markedManifest } from '#keepalived/render-manifest.ts';
import type { KeepalivedVars, Node } from '#keepalived/vars.ts';
import { type ContainerRuntime, runtimeScript } from '../containers/container-runtime.ts';
import { imageOnNode } from '../containers/node-image.ts';
import { file } from '../files/file.ts';
import { folder } from '../files/folder.ts';
import { inTheWay } from '../refusals.ts';

/** A node's keepalived.conf in its folder, checked by the keepalived that will run it. */
export function configuration(
  node: TaskContext<KeepalivedVars>,
  image: string | Pending,
): readonly Task[] {
  const { vars, members, meanwhile } = node;
  const { mark } = markedManifest(node, image);
  const instances = instancesIn(node, members, meanwhile);
  return [
    folder({ path: CONFIGURATION_FOLDER }),
    ...notifyScript(node),
    file({
      path: CONFIGURATION,
      body: renderConfig(node, members, meanwhile),
      check: configurationCheck({ image, mark, vars, instances }),
    }),
  ];
}

/** What keepalived runs at each change of an instance's state, and where that writes; nothing unless it is asked for. */
export function notifyScript(node: Node): readonly Task[] {
  if (!notifies(node.vars)) return [];
  return [logFolder(), file({ path: NOTIFY_SCRIPT, body: SCRIPT, mode: '0755' })];
}

/** Made where it is absent; what keepalived has written meanwhile goes with it when that is taken back. */
function logFolder(): Task {
  return task({
    title: NOTIFY_LOGS,
    desired: { type: 'folder' },
    reads: { there: fileAt(NOTIFY_LOGS) },
    inspect: ({ there }) => {
      if (there.type === 'absent') return undefined;
      if (there.type !== 'folder') throw inTheWay(NOTIFY_LOGS, 'folder', there.type);
      return { type: there.type };
    },
    apply: () => [
      {
        kind: 'run',
        title: `make ${NOTIFY_LOGS}`,
        script: sh`umask 022; mkdir -p ${NOTIFY_LOGS}`,
        undo: sh`rm -rf ${NOTIFY_LOGS}`,
      },
    ],
  });
}

const SCRIPT = `#!/bin/sh
# Written by rota. What it needs is in the image of keepalived: date, logger, mv, tail and wc.
${shellFile(new URL('./notify.sh', import.meta.url))}
`;

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

/**
 * The programs of the checks are in the image, asked where that is on the node already and no pod runs,
 * from which the look at the VIPs would know. What is in the folder that the pod mounts is the host's.
 */
export function checkPrograms(
  { vars, facts }: TaskContext<KeepalivedVars>,
  image: string | Pending,
): readonly Task[] {
  const runtime = vars.keepalived_runtime;
  if (image instanceof Pending || facts.find(imageOnNode(image, runtime))?.type !== 'there')
    return [];
  const checks = trackedChecks(vars)
    .map(({ name, script }) => ({ name, program: script.split(' ')[0] ?? '' }))
    .filter(({ program }) => !program.startsWith(`${CONFIGURATION_FOLDER}/`));
  if (checks.length === 0 || facts.find(keepalivedProcess)?.running !== 0) return [];
  const programs = [...new Set(checks.map(({ program }) => program))];
  return [
    task({
      title: 'the programs of the checks are in the image',
      desired: {},
      reads: { absent: programsAbsent({ image, programs, runtime }) },
      inspect: ({ absent = [] }) => {
        const names = checks.filter(({ program }) => absent.includes(program));
        if (names.length > 0) throw noPrograms(names.map(({ name }) => name));
        return {};
      },
      note: ({ absent }) =>
        absent === undefined
          ? 'the image could not be searched for the programs of the checks'
          : undefined,
      apply: () => [],
    }),
  ];
}

interface Search {
  readonly image: string;
  readonly programs: readonly string[];
  readonly runtime: ContainerRuntime | undefined;
}

/** Those of the programs that are not in an image; undefined where it could not be looked into. */
export function programsAbsent({
  image,
  programs,
  runtime,
}: Search): Read<readonly string[] | undefined> & Script {
  return {
    key: `programs in ${image}: ${programs.join(' ')}`,
    volatile: true,
    script: `${USER}
[ "$user" = 0 ] || { echo unseen; exit 0; }
${runtimeScript(runtime)}
${sh`image=${image} mount=${MOUNT} search=${SEARCH}; set -- ${programs}`}
${LOOK}`,
    parse: ({ stdout }) => {
      const lines = stdout.split('\n');
      if (lines.includes('unseen')) return undefined;
      return lines
        .filter((line) => line.startsWith('absent '))
        .map((line) => line.slice('absent '.length));
    },
  };
}

const LOOK = shellFile(new URL('./look-in-image.sh', import.meta.url));
const MOUNT = shellFile(new URL('./mount-image.sh', import.meta.url));
const SEARCH = shellFile(new URL('./find-in-layers.sh', import.meta.url));
