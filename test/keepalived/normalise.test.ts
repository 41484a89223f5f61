import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { NORMALISE_SED, normaliseConfig } from '#keepalived/normalise.ts';
import { configurationIn } from '#keepalived/parse-config.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { SHELLS } from '../engine/shell/shells.ts';
import { guideNodes } from './members.ts';

// A file, and what keepalived 2.2.7 held in its memfd after it had read the file.
const FILE = `# top comment
! bang comment
   # indented comment
global_defs {
    enable_script_security   # at the end
    script_user root ! bang at end
    vrrp_garp_master_refresh 10#no space, "a quote
\tvrrp_garp_interval\t0.001\t

}
$NAME=chk_api

vrrp_script \${NAME}_service {
    script  "/usr/bin/true 'a # b' x#y ! z   two   spaces"
    interval 5
    rise 2 # "quoted # in comment"
}
#vrrp_script chk_old {
#    script  "/usr/bin/false"
#}
vrrp_instance VI_1 {
    interface   srvc0
    virtual_router_id 10
    virtual_ipaddress {
        fd02:9a01::1/64   preferred_lft 0\u0020\u0020\u0020
    }
    track_script {
        #chk_old
        chk_api_service
    }
    # notify "/x"
}
`;
const HELD = `# rec3.conf



global_defs {
enable_script_security
script_user root
vrrp_garp_master_refresh 10
vrrp_garp_interval\t0.001

}
$NAME=chk_api

vrrp_script \${NAME}_service {
script  "/usr/bin/true 'a # b' x#y ! z   two   spaces"
interval 5
rise 2
}



vrrp_instance VI_1 {
interface   srvc0
virtual_router_id 10
virtual_ipaddress {
fd02:9a01::1/64   preferred_lft 0
}
track_script {

chk_api_service
}

}
!
`;

test('a file and what keepalived keeps of it have one form', () => {
  expect(normaliseConfig(FILE)).toBe(normaliseConfig(HELD));
  expect(normaliseConfig(HELD)).toMatchInlineSnapshot(`
    "global_defs {
    enable_script_security
    script_user root
    vrrp_garp_master_refresh 10
    vrrp_garp_interval	0.001
    }
    $NAME=chk_api
    vrrp_script \${NAME}_service {
    script  "/usr/bin/true 'a # b' x#y ! z   two   spaces"
    interval 5
    rise 2
    }
    vrrp_instance VI_1 {
    interface   srvc0
    virtual_router_id 10
    virtual_ipaddress {
    fd02:9a01::1/64   preferred_lft 0
    }
    track_script {
    chk_api_service
    }
    }
    "
  `);
});

test('the form of a form is itself', () => {
  expect(normaliseConfig(normaliseConfig(FILE))).toBe(normaliseConfig(FILE));
});

test('an included file is kept in place of its include, which so equals nothing', () => {
  const file = 'include /etc/keepalived/more.conf\n';
  const held = '# keepalived.conf\n\n# /etc/keepalived/more.conf\n\nglobal_defs {\n}\n!\n!\n';
  expect([normaliseConfig(file), normaliseConfig(held)]).toEqual([file, 'global_defs {\n}\n']);
});

const LINES: readonly (readonly [string, string])[] = [
  ['priority 150 # was 200', 'priority 150\n'],
  ['priority 150! was 200', 'priority 150\n'],
  ['script "curl # ! x" # y', 'script "curl # ! x"\n'],
  ['script "a \\" # b" # c', 'script "a \\" # b"\n'],
  ['script "never closed # x', 'script "never closed # x\n'],
  ['name a\\#b # c', 'name a\\#b\n'],
  ['ends with a \\', 'ends with a \\\n'],
  ['two  spaces\tand a tab\t \r', 'two  spaces\tand a tab\n'],
  ['# all', ''],
  ['  ! of it  ', ''],
];

test.for(LINES)('%j becomes %j', ([line, expected]) => {
  expect(normaliseConfig(line)).toBe(expected);
});

const SEDS = [['sed'], ...SHELLS.flatMap(([name]) => (name === 'busybox' ? [[name, 'sed']] : []))];

describe.for(SEDS)('%s on a host', ([program = '', ...args]) => {
  test('gives the same form', () => {
    const formOf = (input: string) =>
      execFileSync(program, [...args, '-E', NORMALISE_SED], { input, encoding: 'utf8' });
    for (const [line, expected] of LINES) expect(formOf(`${line}\n`)).toBe(expected);
    expect(formOf(FILE)).toBe(normaliseConfig(FILE));
    expect(formOf(HELD)).toBe(normaliseConfig(FILE));
  });
});

test.for<[string, string]>([
  ['priority 150', 'priority 151'],
  ['priority 150', '#priority 150'],
  ['script "/bin/a #1"', 'script "/bin/a #2"'],
  ['a\nb', 'ab'],
  ['priority  150', 'priority 150'],
])('%j is not %j', ([one, other]) => {
  expect(normaliseConfig(one)).not.toBe(normaliseConfig(other));
});

test('a configuration as a phase has it is the one that is rendered for it', () => {
  const nodes = guideNodes();
  for (const [node] of [nodes, guideNodes({ keepalived_profile: 'guide' })]) {
    if (node === undefined) throw new Error('a ring has nodes');
    const whole = reveal(renderConfig(node, nodes));
    const all = [
      { VI_1: 0 },
      { VI_2: 0, VI_3: 0 },
      { VI_1: 0, VI_2: 0, VI_3: 0 },
      { VI_9: 0 },
      { VI_1: 7, VI_3: 254 },
      { VI_1: 0, VI_2: 1 },
      {},
    ];
    for (const otherwise of all) {
      const meanwhile = new Map(Object.entries(otherwise));
      const rendered = reveal(renderConfig(node, nodes, meanwhile));
      expect(normaliseConfig(configurationIn(whole, meanwhile))).toBe(normaliseConfig(rendered));
    }
  }
});
