import { expect, test } from 'vitest';
import type { Member } from '#engine/model/playbook.ts';
import { Pending } from '#engine/model/state.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { renderManifest } from '#keepalived/render-manifest.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { someNodes } from './members.ts';

const IMAGE = 'registry.example:5000/ocp/keepalived:1a2b3c';

function first(nodes: readonly Member<KeepalivedVars>[]): Member<KeepalivedVars> {
  const [node] = nodes;
  if (node === undefined) throw new Error('there is a node');
  return node;
}

test('the default configuration', () => {
  const nodes = someNodes(2);
  expect(renderConfig(first(nodes), nodes)).toMatchInlineSnapshot(`
    "global_defs {
        enable_script_security
        script_user root
        reload_check_config
        vrrp_garp_master_refresh 10
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

test('a node alone has no word of unicast in its configuration', () => {
  const nodes = someNodes(1);
  expect(renderConfig(first(nodes), nodes)).toMatchInlineSnapshot(`
    "global_defs {
        enable_script_security
        script_user root
        reload_check_config
        vrrp_garp_master_refresh 10
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

test('the default manifest', () => {
  const nodes = someNodes(1, { image_registry: 'registry.example:5000' });
  expect(renderManifest(first(nodes), IMAGE, '123456789012')).toMatchInlineSnapshot(`
    "apiVersion: v1
    kind: Pod
    metadata:
      name: keepalived
      namespace: fabric
    spec:
      containers:
      - name: keepalived
        image: registry.example:5000/ocp/keepalived:1a2b3c
        imagePullPolicy: IfNotPresent
        args:
          - --dont-fork
          - --log-console
          - --vrrp
          - --log-detail
          - --dump-conf
          - --use-file=/etc/keepalived/keepalived.conf
        env:
        - name: ROTA_POD
          value: "123456789012"
        volumeMounts:
        - mountPath: /etc/keepalived
          name: config
          readOnly: true
        securityContext:
          privileged: true
      hostNetwork: true
      priorityClassName: system-node-critical
      restartPolicy: Always
      volumes:
      - hostPath:
          path: /etc/keepalived
          type: Directory
        name: config
    "
  `);
});

test('the options of the manifest', () => {
  const nodes = someNodes(1, {
    keepalived_mount: 'file',
    keepalived_privileged: false,
    keepalived_localtime: true,
    keepalived_namespace: 'kube-system',
  });
  const image = new Pending('registry.example/ocp/keepalived:unknown', 'not built yet');
  expect(renderManifest(first(nodes), image)).toMatchInlineSnapshot(`
    "apiVersion: v1
    kind: Pod
    metadata:
      name: keepalived
      namespace: kube-system
    spec:
      containers:
      - name: keepalived
        image: registry.example/ocp/keepalived:unknown
        imagePullPolicy: Never
        args:
          - --dont-fork
          - --log-console
          - --vrrp
          - --log-detail
          - --dump-conf
          - --use-file=/etc/keepalived/keepalived.conf
        volumeMounts:
        - mountPath: /etc/localtime
          name: host-localtime
          readOnly: true
        - mountPath: /etc/keepalived/keepalived.conf
          name: config
          readOnly: true
        securityContext:
          capabilities:
            add:
              - NET_ADMIN
              - NET_BROADCAST
              - NET_RAW
      hostNetwork: true
      priorityClassName: system-node-critical
      restartPolicy: Always
      volumes:
      - hostPath:
          path: /etc/localtime
          type: File
        name: host-localtime
      - hostPath:
          path: /etc/keepalived/keepalived.conf
          type: File
        name: config
    "
  `);
});

test.for(['', 'keepalived', 'a b', 'a/b\nc', 'a/b: c', 'a/b #c', 'a/b:', '{{ a }}/b', "a/'b"])(
  'an image called %j is refused',
  (image) => {
    expect(() => renderManifest(first(someNodes(1)), image)).toThrow(
      'The manifest cannot name the image so',
    );
  },
);
