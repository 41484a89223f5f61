import type { TaskContext } from '#engine/model/playbook.ts';
import type { Read, Script } from '#engine/model/read.ts';
import { Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { shellFile, USER } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { CONFIGURATION_FOLDER } from '#keepalived/files.ts';
import { trackedChecks } from '#keepalived/profile.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { noPrograms } from '#keepalived/refusals.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { type ContainerRuntime, runtimeScript } from '../container-runtime.ts';
import { imageOnNode } from '../node-image.ts';

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
${sh`image=${image}; set -- ${programs}`}
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
