import { expect, test } from 'vitest';
import { renderConfig } from '#keepalived/render-config.ts';
import { dualNodes, first, ipv4Nodes, someNodes } from './members.ts';

test('the default configuration', () => {
  const nodes = someNodes(2);
  expect(renderConfig(first(nodes), nodes)).toMatchInlineSnapshot(`
    "global_defs {
        enable_script_security
        script_user root
        reload_check_config
        vrrp_garp_master_refresh 10
        vrrp_garp_master_delay 1
    }

    vrrp_script chk_api_service {
        script  "/usr/bin/curl -s -k -f --max-time 3 https://localhost:6443/healthz -o /dev/null"
        interval 5
        timeout  4
        rise     2
        fall     3
        user     root
    }

    vrrp_instance VI_1 {
        interface         srvc0
        state             BACKUP
        priority          200
        virtual_router_id 10
        advert_int        1
        unicast_src_ip fd02:9a01::200:0:1
        check_unicast_src

        unicast_peer {
            fd02:9a01::200:0:2
        }

        virtual_ipaddress {
            fd02:9a01::1/64 preferred_lft 0
        }

        track_script {
            chk_api_service
        }
    }

    vrrp_instance VI_2 {
        interface         srvc0
        state             BACKUP
        priority          150
        virtual_router_id 20
        advert_int        1
        unicast_src_ip fd02:9a01::200:0:1
        check_unicast_src

        unicast_peer {
            fd02:9a01::200:0:2
        }

        virtual_ipaddress {
            fd02:9a01::2/64 preferred_lft 0
        }

        track_script {
            chk_api_service
        }
    }
    "
  `);
});

test('each instance names the script that is told of its changes of state, where that is asked for', () => {
  const nodes = someNodes(2, { keepalived_notify: true });
  const lines = String(renderConfig(first(nodes), nodes)).split('\n');
  const notify = lines.filter((line) => line.includes('notify'));
  expect(notify).toEqual(Array(2).fill('    notify "/etc/keepalived/rota-notify"'));
});

test('a node alone has no word of unicast in its configuration', () => {
  const nodes = someNodes(1);
  expect(renderConfig(first(nodes), nodes)).toMatchInlineSnapshot(`
    "global_defs {
        enable_script_security
        script_user root
        reload_check_config
        vrrp_garp_master_refresh 10
        vrrp_garp_master_delay 1
    }

    vrrp_script chk_api_service {
        script  "/usr/bin/curl -s -k -f --max-time 3 https://localhost:6443/healthz -o /dev/null"
        interval 5
        timeout  4
        rise     2
        fall     3
        user     root
    }

    vrrp_instance VI_1 {
        interface         srvc0
        state             BACKUP
        priority          200
        virtual_router_id 10
        advert_int        1
        unicast_src_ip fd02:9a01::200:0:1
        check_unicast_src

        unicast_peer {
            ff01::12
        }

        virtual_ipaddress {
            fd02:9a01::1/64 preferred_lft 0
        }

        track_script {
            chk_api_service
        }
    }
    "
  `);
});

test('the options take the differences from the guide back', () => {
  const command = ['/usr/bin/test', '-e', '/run/ready'];
  const nodes = someNodes(2, {
    vrrp_vips: 1,
    vrrp_check_unicast_src: false,
    vrrp_vip_preferred: true,
    keepalived_reload_check: false,
    keepalived_garp_refresh: 0,
    keepalived_checks: [{ name: 'chk_ready', command, interval: 2, timeout: 1, rise: 1, fall: 1 }],
  });
  expect(renderConfig(first(nodes), nodes)).toMatchInlineSnapshot(`
    "global_defs {
        enable_script_security
        script_user root
    }

    vrrp_script chk_ready {
        script  "/usr/bin/test -e /run/ready"
        interval 2
        timeout  1
        rise     1
        fall     1
        user     root
    }

    vrrp_instance VI_1 {
        interface         srvc0
        state             BACKUP
        priority          200
        virtual_router_id 10
        advert_int        1
        unicast_src_ip fd02:9a01::200:0:1

        unicast_peer {
            fd02:9a01::200:0:2
        }

        virtual_ipaddress {
            fd02:9a01::1/64
        }

        track_script {
            chk_ready
        }
    }
    "
  `);
});

/** From the first instance on. */
function instancesOf(nodes: ReturnType<typeof dualNodes>): string {
  const text = `${renderConfig(first(nodes), nodes)}`;
  return text.slice(text.indexOf('vrrp_instance'));
}

test('an IPv4 VIP has an instance of its own, with the numbers of the IPv6 VIP that it goes with', () => {
  expect(instancesOf(dualNodes(2, { vrrp_vips: 1 }))).toMatchInlineSnapshot(`
    "vrrp_instance VI_1 {
        interface         srvc0
        state             BACKUP
        priority          200
        virtual_router_id 10
        advert_int        1
        unicast_src_ip fd02:9a01::200:0:1
        check_unicast_src

        unicast_peer {
            fd02:9a01::200:0:2
        }

        virtual_ipaddress {
            fd02:9a01::1/64 preferred_lft 0
        }

        track_script {
            chk_api_service
        }
    }

    vrrp_instance VI_1_4 {
        interface         srvc0
        state             BACKUP
        version           3
        priority          200
        virtual_router_id 10
        advert_int        1
        unicast_src_ip 192.0.2.11
        check_unicast_src

        unicast_peer {
            192.0.2.12
        }

        virtual_ipaddress {
            192.0.2.101/24
        }

        track_script {
            chk_api_service
        }
    }
    "
  `);
});

test('a ring of IPv4 has no word of IPv6', () => {
  const nodes = ipv4Nodes(2);
  expect(`${renderConfig(first(nodes), nodes)}`).not.toContain('::');
});

test('in the guide’s profile, only IPv6 has the password that its version ignores', () => {
  const text = instancesOf(dualNodes(2, { keepalived_profile: 'guide', vrrp_vips: 1 }));
  expect(text.match(/vrrp_instance .*|auth_pass .*/g)).toEqual([
    'vrrp_instance VI_1 {',
    'auth_pass cGFzc3dvcmQK',
    'vrrp_instance VI_1_4 {',
  ]);
});
