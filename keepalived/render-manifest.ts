import { createHash } from 'node:crypto';
import { Failure } from '#engine/model/failure.ts';
import { reveal, type Text } from '#engine/model/secret.ts';
import { Pending } from '#engine/model/state.ts';
import { render } from '#engine/templates/render.ts';
import { CONFIGURATION, CONFIGURATION_FOLDER, NOTIFY_LOGS, notifies, SYSLOG } from './files.ts';
import { isImageReference } from './image-fields.ts';
import type { KeepalivedVars, Node } from './vars.ts';

const ARGS = [
  '--vrrp',
  '--log-detail',
  '--dump-conf',
  '--use-file=/etc/keepalived/keepalived.conf',
];

interface Volume {
  readonly name: string;
  readonly path: string;
  /** What kubelet is to find there; '' is anything, made as a folder when it is missing. */
  readonly type: string;
  /** The pod writes there. */
  readonly is_written: boolean;
}

/**
 * The static pod of a node. `image` names it as a manifest does: with a tag, a digest, or an ID.
 * `mark` goes into the environment of its processes, where the host can read it.
 */
export function renderManifest({ vars }: Node, image: string | Pending, mark = ''): Text {
  if (!(image instanceof Pending) && !isImageReference(image)) {
    throw new Failure('The manifest cannot name the image so', {
      fix: 'Use a name with a tag or a digest, such as registry.example/ocp/keepalived:1a2b3c.',
    });
  }
  const guide = vars.keepalived_profile !== 'default';
  return render('keepalived-pod.yaml.njk', {
    ...(guide ? guidePod : safePod(vars)),
    image,
    mark: guide ? '' : mark,
    namespace: vars.keepalived_namespace,
  });
}

const guidePod = {
  pull_policy: 'IfNotPresent',
  args: ARGS,
  volumes: [volume('host-localtime', '/etc/localtime', ''), volume('config', CONFIGURATION, '')],
  privileged: true,
  capabilities: ['NET_ADMIN'],
  stray_status: true,
};

function safePod(vars: KeepalivedVars) {
  return {
    // Without a registry the image was brought to the node, and there is nowhere to pull it from.
    pull_policy: vars.image_registry === undefined ? 'Never' : 'IfNotPresent',
    // With the host's syslog mounted, all that keepalived logs would go there, too.
    args: ['--dont-fork', '--log-console', ...(notifies(vars) ? ['--no-syslog'] : []), ...ARGS],
    volumes: volumesOf(vars),
    privileged: vars.keepalived_privileged,
    capabilities: vars.keepalived_privileged ? [] : ['NET_ADMIN', 'NET_BROADCAST', 'NET_RAW'],
    stray_status: false,
  };
}

function volumesOf(vars: KeepalivedVars): readonly Volume[] {
  return [
    ...(vars.keepalived_localtime ? [volume('host-localtime', '/etc/localtime', 'File')] : []),
    vars.keepalived_mount === 'directory'
      ? volume('config', CONFIGURATION_FOLDER, 'Directory')
      : volume('config', CONFIGURATION, 'File'),
    ...(notifies(vars)
      ? [
          volume('syslog', SYSLOG, 'Socket'),
          { ...volume('notify', NOTIFY_LOGS, 'Directory'), is_written: true },
        ]
      : []),
  ];
}

function volume(name: string, path: string, type: string): Volume {
  return { name, path, type, is_written: false };
}

/** A manifest, and what a process that was started from it has as ROTA_POD in its environment. */
export interface MarkedManifest {
  readonly manifest: Text;
  /** '' for the guide's own manifest, which has no room for it: any pod is taken for the right one. */
  readonly mark: string | Pending;
}

/** The manifest of a node, marked with its own hash, so that what runs can be told from what was. */
export function markedManifest(member: Node, image: string | Pending): MarkedManifest {
  const plain = renderManifest(member, image);
  if (member.vars.keepalived_profile !== 'default') return { manifest: plain, mark: '' };
  const mark = createHash('sha256').update(reveal(plain)).digest('hex').slice(0, 12);
  return {
    manifest: renderManifest(member, image, mark),
    mark: image instanceof Pending ? new Pending(mark, image.reason) : mark,
  };
}
