import { basename } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import type { TaskContext } from '#engine/model/playbook.ts';
import { reveal } from '#engine/model/secret.ts';
import { requirement, type Task } from '#engine/model/task.ts';
import { type FileFact, fileAt } from '#engine/reads/file.ts';
import { CONFIGURATION, manifestPath } from '#keepalived/files.ts';
import { keepalivedProcess, othersText } from '#keepalived/reads/process.ts';
import {
  type Surroundings,
  type SysctlLine,
  surroundings,
} from '#keepalived/reads/surroundings.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { KeepalivedVars, Node } from '#keepalived/vars.ts';
import { sysctlFile } from '../system/sysctl.ts';
import { nonlocalBinds } from './nonlocal-bind.ts';
import { otherRouters } from './other-routers.ts';

type Context = TaskContext<KeepalivedVars>;

/** That nothing of others is written over, or left to run beside ours, which the user has not named. */
export function firstContact(node: Context): readonly Task[] {
  return [
    noOtherKeepalived(node),
    folderIsWatched(node),
    noOtherManifest(node),
    ownFiles(node),
    ownSysctls(node),
    ...otherRouters(node),
  ];
}

/** Manifests of others that the user has named. */
export function replacedManifests(node: Context): readonly string[] {
  return surroundingsOf(node)?.manifests.filter((path) => node.takeOver.includes(path)) ?? [];
}

/** Files of others with these kernel parameters in them, which the user has named. */
export function replacedSysctls(node: Context): readonly SysctlLine[] {
  const found = surroundingsOf(node)?.sysctls ?? [];
  return overruling(found, node).filter(({ path }) => node.takeOver.includes(path));
}

function surroundingsOf({ facts, vars }: Context): Surroundings | undefined {
  return facts.find(surroundings(vars.keepalived_manifest_dir));
}

function around({ vars }: Node) {
  return { seen: surroundings(vars.keepalived_manifest_dir) };
}

function noOtherKeepalived(node: Context): Task {
  const reads = {
    ...around(node),
    process: keepalivedProcess,
    manifest: fileAt(manifestPath(node)),
  };
  return requirement({
    title: 'no other keepalived runs',
    reads,
    check: ({ seen, process, manifest }) => {
      const others = process.others.filter(({ unit }) => !node.takeOver.includes(unit));
      if (others.length > 0) {
        const [unit] = others.flatMap((one) => (one.unit.endsWith('.service') ? [one.unit] : []));
        throw otherKeepalived(
          othersText(others),
          unit === undefined
            ? 'End it, and see that nothing starts it again.'
            : `To have it stopped and disabled, with all that it does, as a change of the plan: --adopt ${unit}`,
        );
      }
      if (process.running > 0 && manifest.type === 'absent' && !seen.isOurs)
        throw otherKeepalived('in a container', 'End it, and see that nothing starts it again.');
    },
  });
}

function otherKeepalived(ran: string, fix: string): Failure {
  return new Failure('A keepalived that is not rota’s runs on the host', { ran, fix });
}

function folderIsWatched(node: Context): Task {
  const folder = node.vars.keepalived_manifest_dir;
  return requirement({
    title: 'kubelet watches the manifest folder',
    reads: around(node),
    check: ({ seen: { watched = folder } }) => {
      if (watched === folder) return;
      throw new Failure('kubelet watches another folder', {
        ran: `staticPodPath: ${watched}; keepalived_manifest_dir: ${folder}`,
        fix: `Set keepalived_manifest_dir: ${watched}`,
      });
    },
  });
}

function noOtherManifest(node: Context): Task {
  return requirement({
    title: 'no other manifest of keepalived',
    reads: around(node),
    check: ({ seen }) => {
      const [path, ...more] = seen.manifests.filter((one) => !node.takeOver.includes(one));
      if (path === undefined) return;
      throw new Failure('Another manifest in the folder is of a keepalived', {
        ran: [path, ...more].join(', '),
        fix: `kubelet runs every file there whose name begins with no dot. Move it away; or, to have it removed as a change of the plan: ${flags([path, ...more])}`,
      });
    },
  });
}

/** What is at the paths of rota's own files, before they are. */
function ownFiles(node: Context): Task {
  return requirement({
    title: 'no file of others is written over',
    reads: {
      ...around(node),
      configuration: fileAt(CONFIGURATION),
      manifest: fileAt(manifestPath(node)),
    },
    check: ({ seen, configuration, manifest }) => {
      if (seen.isOurs) return;
      const wanted = renderConfig(node, node.members, node.meanwhile);
      const foreign = [
        ...(isForeign(configuration, reveal(wanted)) ? [CONFIGURATION] : []),
        ...(isForeign(manifest) ? [manifestPath(node)] : []),
      ].filter((path) => !node.takeOver.includes(path));
      if (foreign.length === 0) return;
      throw new Failure('A file that is not rota’s would be written over', {
        ran: foreign.join(', '),
        fix: `A dry run shows the diff. To have it so: ${flags(foreign)}`,
      });
    },
  });
}

/** Whether something is there that is not this text. */
function isForeign(fact: FileFact, text?: string): boolean {
  return fact.type !== 'absent' && (fact.type !== 'file' || fact.content !== text);
}

function ownSysctls(node: Context): Task {
  return requirement({
    title: 'no other file sets its sysctls',
    reads: around(node),
    check: ({ seen }) => {
      if (seen.isOurs) return;
      const found = overruling(seen.sysctls, node).filter(
        ({ path }) => !node.takeOver.includes(path),
      );
      if (found.length === 0) return;
      throw new Failure('Another file would set a kernel parameter otherwise at the next boot', {
        ran: found.map(({ path, name, value }) => `${path}: ${name} = ${value}`).join(', '),
        fix: `Take the line out; or, to have that done as a change of the plan: ${flags([...new Set(found.map(({ path }) => path))])}`,
      });
    },
  });
}

/** Lines that are read after ours and say something else. sysctl(8) reads /etc/sysctl.conf last. */
function overruling(lines: readonly SysctlLine[], node: Node): readonly SysctlLine[] {
  const names = nonlocalBinds(node);
  return lines.filter(
    ({ path, name, value }) =>
      names.includes(name) &&
      value !== '1' &&
      (path === '/etc/sysctl.conf' || basename(path) > basename(sysctlFile(name))),
  );
}

function flags(paths: readonly string[]): string {
  return paths.map((path) => `--replace ${path}`).join(' ');
}
