import { Flaw } from './flaw.ts';

const INSTEAD_OF_LOOKUP: Readonly<Record<string, string>> = {
  env: 'Write the whole value as !env NAME.',
  pipe: 'Write the whole value as !cmd COMMAND.',
  vars: 'Write the name of the variable itself.',
  password: 'Write the whole value as !cmd COMMAND, or encrypt it.',
};

const FUNCTIONS = new Set([
  ...['lookup', 'query', 'q', 'range', 'dict', 'lipsum', 'cycler', 'joiner', 'namespace'],
  ...['now', 'undef', 'omit', 'self', 'super', 'caller', 'loop'],
]);

const FACT =
  /^ansible_(?:facts|local|hostname|fqdn|nodename|domain|default_ipv[46]|all_ipv[46]_addresses|interfaces|distribution\w*|os_family|architecture|machine|kernel\w*|mem\w+|swap\w+|processor\w*|date_time|env|system\w*|user_(?:id|uid|gid|dir|shell|gecos)|virtualization\w*|product_\w+|service_mgr|pkg_mgr|python\w*|selinux|mounts|devices|dns|cmdline|lo|(?:eth|en|bond|br)[a-z0-9]*|version|check_mode|diff_mode|play_\w+|playbook_python|run_tags|skip_tags|limit|role_names?|forks|config_file)$/;
const PLAY = new Set([
  'playbook_dir',
  'play_hosts',
  'role_path',
  'role_name',
  'environment',
  'vars',
]);

/** Throws a Flaw for names that no expression may have, whatever they are used for. */
export function refuseSpecial(name: string, at: number): void {
  if (/^__/.test(name) || name === 'constructor') {
    const fix = 'An expression sees the values of variables alone, no objects of Python.';
    throw new Flaw(`The name ${name} is not allowed in an expression`, fix, at);
  }
}

/** The Flaw of a call. `argument` is the first, where it is a text: of lookup('env', …), env. */
export function callFlaw(name: string | undefined, argument: string | undefined, at: number): Flaw {
  if (name === 'lookup' || name === 'query' || name === 'q') {
    const plugin = argument?.replace(/^ansible\.builtin\./, '') ?? '';
    const what = `${name}(${argument === undefined ? '' : `'${argument}'`}) is not supported`;
    return new Flaw(what, INSTEAD_OF_LOOKUP[plugin] ?? 'Write the value out.', at);
  }
  const fix = 'Use filters: value | name(arguments). Expressions call nothing else.';
  return new Flaw(`The call of ${name ?? 'a value'} is not supported`, fix, at);
}

/** The Flaw of a name that means something to Ansible, though not here; undefined for all others. */
export function meaningElsewhere(name: string): Flaw | undefined {
  if (FUNCTIONS.has(name)) {
    return new Flaw(`The name ${name} is not supported in expressions`, 'Write the value out.');
  }
  if (FACT.test(name) || PLAY.has(name)) {
    const fix = 'Expressions see what the inventory says; write the value out.';
    return new Flaw(`${name} is nothing that an inventory says`, fix);
  }
  return undefined;
}
