import { type Command, ownFile } from '#engine/model/command.ts';
import { isLike, like, must, optional, requireOptions } from '#engine/model/options.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

export interface KernelModuleOptions {
  readonly name: string;
  /** Such as `{ hashsize: '16384' }`. They count from when the module is loaded next. */
  readonly options?: Readonly<Record<string, string>>;
}

/** A kernel module that is loaded, now and at each boot, with its options. */
export function kernelModule(given: KernelModuleOptions): Task {
  const { name, options = {} } = given;
  requireOptions(`kernelModule ${name}`, given, {
    name: like(/^\w[\w-]*$/, 'the name of a module, such as br_netfilter'),
    options: optional(must(areWords, 'words without blanks and quotes, by names')),
  });
  const words = Object.entries(options).map(([key, value]) => ` ${key}=${value}`);
  const set = words.length === 0 ? NONE : `options ${name}${words.join('')}\n`;
  const [atBoot, itsOptions] = [
    `/etc/modules-load.d/rota-${name}.conf`,
    `/etc/modprobe.d/rota-${name}.conf`,
  ];
  return task({
    title: `kernel module ${name}`,
    // First its options: it is loaded with them.
    desired: { options: set, [atBoot]: `${name}\n`, live: 'loaded' },
    reads: {
      persisted: fileAt(atBoot),
      options: fileAt(itsOptions),
      isLoaded: moduleIsLoaded(name),
    },
    inspect: (facts) => ({
      options: textIn(facts.options) ?? NONE,
      [atBoot]: textIn(facts.persisted),
      live: facts.isLoaded ? 'loaded' : 'not loaded',
    }),
    apply: ({ fields }) =>
      fields.map(({ name: field, after }): Command => {
        if (field === 'live') return load(name);
        if (field === 'options' && after === NONE) return { kind: 'remove', path: itsOptions };
        return ownFile(field === 'options' ? itsOptions : atBoot, `${after}`);
      }),
  });
}

const NONE = 'none';

function areWords(options: unknown): boolean {
  return Object.entries(Object(options)).every(
    ([key, value]) => isLike(key, /^\w+$/) && isLike(value, /^[^\s"]+$/),
  );
}

function load(name: string): Command {
  const undo = sh`[ ! -d /sys/module/${spelled(name)} ] || modprobe -r ${name}`;
  return { kind: 'run', title: `load ${name}`, script: sh`modprobe ${name}`, undo };
}

/** One that is built in may have no folder there. */
function moduleIsLoaded(name: string): Read<boolean> {
  const builtIn = `/${name.replaceAll(/[-_]/g, '[-_]')}\\.ko`;
  return {
    key: `kernel module ${name}`,
    script: `${sh`[ -d /sys/module/${spelled(name)} ] || grep -qs ${builtIn}`} "/lib/modules/$(uname -r)/modules.builtin" || echo no`,
    parse: ({ stdout }) => stdout === '',
  };
}

/** As the kernel has it. */
function spelled(name: string): string {
  return name.replaceAll('-', '_');
}
