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

/** What podman itself heeds in its environment: given to it as words, which all users see. */
export const PODMANS_OWN = /^(PATH|HOME|TMPDIR|LC_\w+|LD_\w+|XDG_\w+|CONTAINERS?_\w+)$/;

/** Makes and starts a container. Neither the label nor a variable, but such, is a word that all users see. */
export function podmanRun(name: string, made: ContainerSpec): string {
  const { image, restart, args, ports, mounts, env } = made;
  const variables = Object.entries(env);
  const handed = variables.filter(([key]) => !PODMANS_OWN.test(key));
  const exports = handed.map(([key, value]) => `export ${key}=${quote(value)}\n`);
  const flags = [
    ...ports.flatMap((port) => ['-p', port]),
    ...mounts.flatMap((mount) => ['-v', mount]),
    ...variables.flatMap(([key, value]) => ['-e', PODMANS_OWN.test(key) ? `${key}=${value}` : key]),
  ];
  return `( ${exports.join('')}${sh`printf '%s\n' ${`${LABEL}=${JSON.stringify(made)}`}`} |
${sh`podman run -d --name ${name} --restart ${restart} --label-file /dev/stdin ${flags} ${image} ${args}`} >/dev/null )`;
}
