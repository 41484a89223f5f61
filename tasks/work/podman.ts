import { senseless } from '#engine/model/host-answers.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { quote, sh } from '#engine/shell/quote.ts';

/** What a container is made with, as its label has it. */
export interface ContainerSpec {
  readonly image: string;
  readonly restart: string;
  readonly args: readonly string[];
  readonly ports: readonly string[];
  readonly mounts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ContainerFact {
  readonly runs: boolean;
  /** Undefined: rota has not made it. */
  readonly made: ContainerSpec | undefined;
}

/** Has what rota has made a container with, as JSON. */
export const LABEL = 'rota.container';

/** A container of podman by its name; undefined: there is none. */
export function containerCalled(name: string): Read<ContainerFact | undefined> {
  const format = `{{.State.Running}} {{with index .Config.Labels "${LABEL}"}}{{.}}{{end}}`;
  return {
    key: `container ${name}`,
    script: `${sh`podman container exists ${name}`}
case $? in 0) ;; 1) exit 0 ;; *) exit 1 ;; esac
${sh`podman container inspect --format ${format} ${name}`}`,
    parse: parseContainer,
  };
}

function parseContainer({ stdout }: Output): ContainerFact | undefined {
  if (stdout === '') return undefined;
  const [, runs, label = ''] = /^(true|false) (.*)\n$/.exec(stdout) ?? [];
  if (runs === undefined) throw senseless(stdout);
  return { runs: runs === 'true', made: label === '' ? undefined : madeIn(label) };
}

/** Throws at a label that somebody else has made up. */
function madeIn(label: string): ContainerSpec {
  const { image, restart, args, ports, mounts, env }: ContainerSpec = JSON.parse(label);
  const made = { image, restart, args: [...args], ports: [...ports], mounts: [...mounts], env };
  const texts = [image, restart, ...args, ...ports, ...mounts, ...Object.entries(env).flat()];
  if (!texts.every((text) => typeof text === 'string')) throw senseless(label);
  return made;
}

/** Makes and starts a container. Neither the environment nor the label is among the words of the command, which all users see. */
export function podmanRun(name: string, made: ContainerSpec): string {
  const { image, restart, args, ports, mounts, env } = made;
  const variables = Object.entries(env).map(([key, value]) => `export ${key}=${quote(value)}`);
  const flags = [
    ...ports.flatMap((port) => ['-p', port]),
    ...mounts.flatMap((mount) => ['-v', mount]),
    ...Object.keys(env).flatMap((key) => ['-e', key]),
  ];
  return `( ${[...variables, ''].join('\n')}${sh`printf '%s\n' ${`${LABEL}=${JSON.stringify(made)}`}`} |
${sh`podman run -d --name ${name} --restart ${restart} --label-file /dev/stdin ${flags} ${image} ${args}`} >/dev/null )`;
}
