import type { RunCommand } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';
import { isLike, requireOptions } from '../refusals.ts';
import { type Environment, environmentRule, openedEnvironment } from './environment.ts';
import {
  type ContainerFact,
  type ContainerSpec,
  containerCalled,
  LABEL,
  PODMANS_OWN,
  podmanRun,
} from './podman.ts';

export interface ContainerOptions {
  readonly name: string;
  /** As podman takes it; one with a digest stays the same. */
  readonly image: string;
  readonly args?: readonly string[];
  /** Such as `8080:80` or `127.0.0.1:53:53/udp`. */
  readonly ports?: readonly string[];
  readonly env?: Environment;
  /** Such as `/srv/www:/www:ro`. */
  readonly mounts?: readonly string[];
  /** `always` when left out. */
  readonly restart?: 'no' | 'on-failure' | 'always' | 'unless-stopped';
}

/**
 * A container of podman that runs, made with these options: it is made anew where they differ. What it was
 * made with is in a label of it; one of that name without it is somebody else's, and left alone.
 */
export function container({
  name,
  image,
  args = [],
  ports = [],
  mounts = [],
  ...more
}: ContainerOptions): Task {
  const { env = {}, restart = 'always' } = more;
  requireOptions(`container ${name}`, [
    ['name', isLike(name, /^[a-z\d][\w.-]*$/i), 'letters, digits, and _.- behind the first'],
    ['image', isLike(image, /^[^\s-]\S*$/), 'the name of an image'],
    [
      'ports',
      ports.every((port) => isLike(port, /^[\da-f.:[\]-]+(\/(tcp|udp|sctp))?$/i)),
      'such as 8080:80',
    ],
    [
      'mounts',
      mounts.every((one) => isLike(one, /^[^:\n-][^:\n]*:\/[^:\n]*(:[\w,]+)?$/)),
      'such as /srv/www:/www:ro',
    ],
    environmentRule(env),
    [
      'env',
      !Object.entries(env).some(([key, text]) => text instanceof Secret && PODMANS_OWN.test(key)),
      'without secrets by names that podman itself heeds, such as CONTAINER_…: it gets those as words',
    ],
  ]);
  const wanted = {
    ...{ image, restart, args, ports, mounts },
    get env() {
      return openedEnvironment(env);
    },
  };
  return task({
    title: `container ${name}`,
    reads: { there: containerCalled(name) },
    desired: () => ({ ...told(wanted), runs: true }),
    inspect: ({ there }) => {
      if (there?.made === undefined && there !== undefined) throw someoneElses(name);
      return there?.made && { ...told(there.made), runs: there.runs };
    },
    apply: ({ fields, facts: { there } }) => {
      const isWell = there !== undefined && fields.every((field) => field.name === 'runs');
      return [isWell ? start(name) : make(name, wanted, there)];
    },
  });
}

/** A line for each. What the host tells of an environment may be a secret that nobody here knows any more. */
function told(spec: ContainerSpec) {
  const { image, restart, args, ports, mounts } = spec;
  const variables = () =>
    Object.entries(spec.env)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n');
  return {
    image,
    args: args.join('\n'),
    ports: ports.join('\n'),
    env: new Secret(variables),
    mounts: mounts.join('\n'),
    restart,
  };
}

function start(name: string): RunCommand {
  const undo = sh`podman stop -i ${name} >/dev/null`;
  return {
    kind: 'run',
    title: `start container ${name}`,
    script: sh`podman start ${name} >/dev/null`,
    undo,
  };
}

/** The image comes first: the container that is there runs as long as it can. */
function make(name: string, wanted: ContainerSpec, before: ContainerFact | undefined): RunCommand {
  const remove = sh`podman rm -f -i ${name} >/dev/null`;
  const pull = sh`podman image exists ${wanted.image} || podman pull -q ${wanted.image} >/dev/null`;
  const stop = before?.runs === false ? sh`podman stop ${name} >/dev/null` : '';
  return {
    kind: 'run',
    title: `make container ${name}`,
    script: new Secret(`${pull}\n${remove}\n${podmanRun(name, wanted)}`),
    undo: new Secret(
      before?.made === undefined
        ? remove
        : `${isMadeWith(name, before.made)} || {\n${remove}\n${podmanRun(name, before.made)}\n${stop}\n}`,
    ),
  };
}

function isMadeWith(name: string, made: ContainerSpec): string {
  const format = `{{index .Config.Labels "${LABEL}"}}`;
  return `[ ${sh`"$(podman container inspect --format ${format} ${name} 2>/dev/null)" = ${JSON.stringify(made)}`} ]`;
}

function someoneElses(name: string): Failure {
  return new Failure('A container of that name is not rota’s', {
    where: name,
    fix: 'Remove it on the host with podman rm, or give this one another name.',
  });
}
