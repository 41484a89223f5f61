import { familiesOf } from '#keepalived/families.ts';

type Variables = Readonly<Record<string, string | number | readonly string[]>>;

/** What is known so far of a ring that is to be written down. */
export interface NewRing {
  readonly hosts: ReadonlyMap<string, Variables>;
  readonly variables: Variables;
}

/** What has to be known of a new ring; an answer is one line of text. */
export interface Question {
  /** What the flag that answers it is called. */
  readonly flag: string;
  readonly text: string;
  /** Asked for each host, and answered by this part of --host. */
  readonly ofHost?: 'mac' | 'address4';
  /** Where it need not be asked. Left out: it always is. */
  isNeedless?(ring: NewRing): boolean;
  /** What the empty answer stands for; undefined where there has to be an answer. */
  fallback?(ring: NewRing, host?: string): string | undefined;
  /** The variables that an answer sets; none for an empty one. */
  variables(answer: string): Variables;
}

/** In the order in which they are asked; each may depend on the answers before. */
export const QUESTIONS: readonly Question[] = [
  {
    flag: 'user',
    text: 'User to log in as',
    fallback: () => 'root',
    variables: text('ansible_user'),
  },
  {
    flag: 'vips',
    text: 'VIPs: how many of IPv6, or which ones of IPv6 and IPv4, with commas',
    fallback: ({ hosts }) => String(hosts.size || 3),
    variables: vipsOf,
  },
  {
    flag: 'fabric-id',
    text: 'Fabric id, of which the nodes’ IPv6 addresses are made (1 to 65535)',
    isNeedless: (ring) => !hasFamily(ring, 6),
    variables: number('vrrp_fabric_id'),
  },
  {
    flag: 'virt',
    text: 'Number of the virtual network in the fabric (0 to 255)',
    isNeedless: (ring) => !hasFamily(ring, 6),
    variables: number('vrrp_virt'),
  },
  {
    flag: 'host',
    text: 'MAC of a card of HOST',
    ofHost: 'mac',
    isNeedless: (ring) => !hasFamily(ring, 6),
    variables: text('vrrp_mac'),
  },
  {
    flag: 'host',
    text: 'IPv4 address of HOST on the interface of the VIPs',
    ofHost: 'address4',
    isNeedless: (ring) => !hasFamily(ring, 4),
    fallback: ({ hosts }, host = '') => onlyAddress4(hosts.get(host)?.['ansible_host'] ?? host),
    variables: text('vrrp_address4'),
  },
  {
    flag: 'prefix-length4',
    text: 'Prefix length of their IPv4 network',
    isNeedless: (ring) => !hasFamily(ring, 4),
    fallback: () => '24',
    variables: number('vrrp_prefix_length4'),
  },
  {
    flag: 'interface',
    text: 'Network interface that gets the VIPs',
    fallback: () => 'srvc0',
    variables: text('vrrp_interface'),
  },
  {
    flag: 'image-repository',
    text: 'Git repository of the image; nothing when the image is in a registry already',
    fallback: () => '',
    variables: text('image_repository'),
  },
  {
    flag: 'image-ref',
    text: 'Branch, tag or commit of it',
    isNeedless: ({ variables }) => variables['image_repository'] === undefined,
    fallback: () => 'main',
    variables: text('image_ref'),
  },
  {
    flag: 'image-registry',
    text: 'Registry of the image; nothing to copy the image to each node',
    fallback: ({ variables }) => (variables['image_repository'] === undefined ? undefined : ''),
    variables: text('image_registry'),
  },
];

function text(name: string): Question['variables'] {
  return (answer) => (answer === '' ? {} : { [name]: answer });
}

/** What is no number stays a text, which the schema then refuses in its own words. */
function number(name: string): Question['variables'] {
  return (answer) => ({ [name]: numberIn(answer) });
}

function numberIn(answer: string): string | number {
  return /^\d{1,15}$/.test(answer) ? Number(answer) : answer;
}

function vipsOf(answer: string): Variables {
  if (/^\d*$/.test(answer)) return { vrrp_vips: numberIn(answer) };
  const all = answer.split(/[\s,]+/).filter((vip) => vip !== '');
  const [of6, of4] = [
    all.filter((vip) => vip.includes(':')),
    all.filter((vip) => !vip.includes(':')),
  ];
  return {
    ...(of6.length === 0 ? {} : { vrrp_vips: of6 }),
    ...(of4.length === 0 ? {} : { vrrp_vips4: of4 }),
  };
}

function hasFamily({ variables }: NewRing, family: 4 | 6): boolean {
  return familiesOf(variables).includes(family);
}

function onlyAddress4(address: unknown): string | undefined {
  return /^\d+(\.\d+){3}$/.test(String(address)) ? String(address) : undefined;
}
