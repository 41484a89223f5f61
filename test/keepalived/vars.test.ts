import { describe, expect, test } from 'vitest';
import { KeepalivedVars } from '#keepalived/vars.ts';
import { plainIssue } from '#lib/ansible-inventory/variables/schema-issues.ts';

const NODE = { vrrp_mac: '90:b1:1c:26:6a:a2', vrrp_fabric_id: 666, vrrp_virt: 1 };

function problems(vars: Record<string, unknown>): readonly string[] {
  const { error } = KeepalivedVars.safeParse(vars);
  const issues = error?.issues.map(plainIssue) ?? [];
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('a MAC and the numbers of a fabric are all that a node needs', () => {
  expect(KeepalivedVars.parse(NODE)).toMatchInlineSnapshot(`
    {
      "image_name": "ocp/keepalived",
      "image_ref": "main",
      "keepalived_checks": [
        {
          "fall": 3,
          "interval": 5,
          "name": "chk_api_service",
          "rise": 2,
          "timeout": 4,
          "url": "https://localhost:6443/healthz",
        },
      ],
      "keepalived_garp_refresh": 10,
      "keepalived_localtime": false,
      "keepalived_manifest_dir": "/etc/kubernetes/manifests",
      "keepalived_mount": "directory",
      "keepalived_namespace": "fabric",
      "keepalived_notify": false,
      "keepalived_privileged": true,
      "keepalived_profile": "default",
      "keepalived_reload_check": true,
      "vrrp_check_unicast_src": true,
      "vrrp_fabric_id": 666,
      "vrrp_interface": "srvc0",
      "vrrp_mac": "90:b1:1c:26:6a:a2",
      "vrrp_prefix_length": 64,
      "vrrp_prefix_length4": 24,
      "vrrp_vip_preferred": false,
      "vrrp_virt": 1,
    }
  `);
});

test('a script that the pod would not see is refused', () => {
  const vars = { ...NODE, keepalived_notify: true };
  expect(problems(vars)).toEqual([]);
  expect(problems({ ...vars, keepalived_mount: 'file' })).toEqual([
    'keepalived_notify: the pod does not see the script: expected keepalived_mount to be directory',
  ]);
});

test('a MAC and an address are kept in one spelling', () => {
  const vars = { ...NODE, vrrp_mac: '90-B1-1C-26-6A-A2', vrrp_address: 'FD02:9a01:0::1' };
  const { vrrp_mac: mac, vrrp_address: address } = KeepalivedVars.parse(vars);
  expect([mac, address]).toEqual(['90:b1:1c:26:6a:a2', 'fd02:9a01::1']);
});

test('all problems are said at once, also what is missing beside what is wrong', () => {
  const vars = { vrrp_mac: 41135085296, vrrp_virt: 256, vrrp_interface: 'a b', vrrp_vip: 3 };
  expect(problems(vars)).toMatchInlineSnapshot(`
    [
      "vrrp_mac: not a MAC address: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2, in quotes",
      "vrrp_virt: not a virt number: expected a whole number from 0 to 255",
      "vrrp_interface: not the name of an interface: expected letters, digits, . _ and -, such as srvc0",
      ": Unrecognized key: "vrrp_vip"",
      "vrrp_fabric_id: missing vrrp_fabric_id: the address of a node is made from vrrp_mac, vrrp_fabric_id, vrrp_virt, or set vrrp_address",
    ]
  `);
});

describe('a node with IPv4 VIPs', () => {
  const ipv4 = { vrrp_address4: '192.0.2.11', vrrp_vips4: ['192.0.2.101'] };

  test('needs nothing of IPv6, and can say that it has none', () => {
    expect(problems(ipv4)).toEqual([]);
    expect(problems({ ...ipv4, vrrp_fabric_id: 666, vrrp_vips: [] })).toEqual([]);
  });

  test('needs an IPv4 address of its own', () => {
    expect(problems({ ...NODE, vrrp_vips4: ['192.0.2.101'] })).toEqual([
      'vrrp_address4: missing vrrp_address4: a node with IPv4 VIPs needs an IPv4 address of its own',
    ]);
  });

  test('with a part of what makes an IPv6 address needs the rest', () => {
    expect(problems({ ...ipv4, vrrp_fabric_id: 666, vrrp_virt: 1 })).toEqual([
      'vrrp_mac: missing vrrp_mac: the address of a node is made from vrrp_mac, vrrp_fabric_id, vrrp_virt, or set vrrp_address',
    ]);
  });

  test('is told where the addresses of the other family go', () => {
    expect(
      problems({ ...NODE, ...ipv4, vrrp_vips: ['192.0.2.1'], vrrp_vips4: ['fd00::1'] }),
    ).toEqual([
      'vrrp_vips.0: an IPv4 address: those go into vrrp_address4 and vrrp_vips4',
      'vrrp_vips4.0: an IPv6 address: those go into vrrp_address and vrrp_vips',
    ]);
  });
});

test('with an address of its own a node needs neither MAC nor fabric', () => {
  expect(problems({ vrrp_address: 'fd00::1' })).toEqual([]);
});

test.for<[string, unknown, string]>([
  [
    'vrrp_mac',
    '90:b1:1c:26:6a',
    'not a MAC address: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2',
  ],
  [
    'vrrp_mac',
    '91:b1:1c:26:6a:a2',
    'a multicast MAC address: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2',
  ],
  [
    'vrrp_mac',
    '00:00:00:00:00:00',
    'not the MAC address of a network card: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2',
  ],
  ['vrrp_fabric_id', 0, 'not a fabric id: expected a whole number from 1 to 65535'],
  ['vrrp_fabric_id', '666', 'not a fabric id: expected a whole number from 1 to 65535'],
  [
    'vrrp_interface',
    'srvc0-of-the-fabric',
    'too long for the name of an interface: Linux allows 15 characters',
  ],
  ['vrrp_address', '192.0.2.1', 'an IPv4 address: those go into vrrp_address4 and vrrp_vips4'],
  ['vrrp_address4', 'fd00::1', 'an IPv6 address: those go into vrrp_address and vrrp_vips'],
  [
    'vrrp_address4',
    '192.0.2.1/32',
    'not an IPv4 address: expected one such as 192.0.2.11, without /32: the prefix length goes into vrrp_prefix_length4',
  ],
  ['vrrp_address4', '192.0.2.011', 'not an IPv4 address: expected one such as 192.0.2.11'],
  [
    'vrrp_address4',
    '169.254.0.1',
    'not an address of a host: expected one such as 192.0.2.11, not link-local',
  ],
  ['vrrp_vips4', 3, 'not IPv4 VIPs: expected a list such as [192.0.2.101, 192.0.2.102]'],
  ['vrrp_prefix_length4', 32, 'not a prefix length: expected a whole number from 8 to 30'],
  [
    'vrrp_address',
    'fd02:9a01::1/64',
    'not an IPv6 address: expected one such as fd02:9a01::1, without /64: the prefix length goes into vrrp_prefix_length',
  ],
  [
    'vrrp_address',
    'fe80::1',
    'not an address of a host: expected one such as fd02:9a01::1, not link-local',
  ],
  ['vrrp_vips', [], 'no VIPs: expected a number such as 3, or addresses here or in vrrp_vips4'],
  ['vrrp_vips', 0, 'not a number of VIPs: expected a whole number from 1 to 255'],
  ['vrrp_ladder', [255], 'not a priority: expected a whole number from 1 to 254'],
  ['vrrp_router_ids', [256], 'not a router id: expected a whole number from 1 to 255'],
  ['keepalived_profile', 'best', 'not a profile: expected default, guide or guide-template'],
  [
    'keepalived_manifest_dir',
    'manifests',
    'not a folder: expected an absolute path such as /etc/kubernetes/manifests',
  ],
  [
    'keepalived_manifest_dir',
    '/etc/../root',
    'not a folder: expected an absolute path such as /etc/kubernetes/manifests',
  ],
  [
    'keepalived_namespace',
    'yes',
    'not a namespace: expected lower-case letters, digits and -, such as fabric',
  ],
  [
    'image_registry',
    'https://registry.example',
    'not a registry, but something around one: expected registry.example',
  ],
  [
    'image_registry',
    'registry.example:5000/team/',
    'not a registry, but something around one: expected registry.example:5000; the path goes into image_name, such as team/keepalived',
  ],
  ['image_registry', '-x/y', 'not a registry: expected a host such as registry.example:5000'],
  ['image_ref', '--upload-pack=x', 'not a git ref: expected a branch, tag or commit'],
  [
    'image_repository',
    'ext::sh -c id',
    'not a git repository: expected a URL such as https://git.example/ocp/keepalived.git, or a path',
  ],
])('%s: %j is refused with a word of what is expected', ([name, value, message]) => {
  const issues = problems({ ...NODE, [name]: value });
  expect(issues.map((issue) => issue.replace(/^[^:]*: /, ''))).toEqual([message]);
});

test('a slash at the end of a folder is taken away', () => {
  const vars = KeepalivedVars.parse({ ...NODE, keepalived_manifest_dir: '/etc/manifests/' });
  expect(vars.keepalived_manifest_dir).toBe('/etc/manifests');
});

describe('a check', () => {
  const check = { name: 'chk_a', url: 'https://localhost:6443/healthz' };

  test.for<[string, Record<string, unknown>, readonly string[]]>([
    [
      'neither',
      { url: undefined },
      [
        'keepalived_checks.0: a check asks a url or runs a command: expected exactly one of the two',
      ],
    ],
    [
      'both',
      { command: ['/bin/a'] },
      [
        'keepalived_checks.0: a check asks a url or runs a command: expected exactly one of the two',
      ],
    ],
    [
      'no path',
      { url: undefined, command: ['curl'] },
      [
        'keepalived_checks.0.command.0: keepalived has no search path: expected a program with its whole path',
      ],
    ],
    [
      'a half second',
      { timeout: 0.5 },
      ['keepalived_checks.0.timeout: not a whole number of seconds: expected 1 to 3600'],
    ],
  ])('%s is refused', ([, given, expected]) => {
    expect(problems({ ...NODE, keepalived_checks: [{ ...check, ...given }] })).toEqual(expected);
  });

  test('cannot have the name of another', () => {
    expect(problems({ ...NODE, keepalived_checks: [check, check] })).toEqual([
      'keepalived_checks: two checks have one name: expected a name of its own for each',
    ]);
  });
});

const SYNTAX = ['\n', '\r', '\0', '}', '{', '!', '#', '$', '@', '~', '"', "'", '\\', ' ', '`', ';'];
const PLACES: readonly [string, (text: string) => unknown][] = [
  ['vrrp_interface', (text) => `a${text}`],
  ['vrrp_address', (text) => `fd00::1${text}`],
  ['vrrp_vips', (text) => [`fd00::1${text}`]],
  ['vrrp_address4', (text) => `192.0.2.1${text}`],
  ['vrrp_vips4', (text) => [`192.0.2.1${text}`]],
  ['keepalived_namespace', (text) => `a${text}b`],
  ['keepalived_checks', (text) => [{ name: `a${text}`, url: 'https://localhost/' }]],
  ['keepalived_checks', (text) => [{ name: 'a', url: `https://localhost/${text}` }]],
  ['keepalived_checks', (text) => [{ name: 'a', command: [`/bin/a${text}`] }]],
  ['keepalived_checks', (text) => [{ name: 'a', command: ['/bin/a', `b${text}`] }]],
];

test.for(PLACES)('%s takes no character that is syntax to keepalived', ([name, valueWith]) => {
  const node = { ...NODE, vrrp_address4: '192.0.2.11' };
  expect(problems({ ...node, [name]: valueWith('') })).toEqual([]);
  const taken = SYNTAX.filter(
    (text) => problems({ ...node, [name]: valueWith(text) }).length === 0,
  );
  expect(taken).toEqual([]);
});
