import { expect, test } from 'vitest';
import { Pending } from '#engine/model/state.ts';
import { renderManifest } from '#keepalived/render-manifest.ts';
import { first, someNodes } from './members.ts';

const IMAGE = 'registry.example:5000/ocp/keepalived:1a2b3c';

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

test('the manifest of a node whose changes of state are told: one folder of the host is writable', () => {
  const manifest = renderManifest(first(someNodes(1, { keepalived_notify: true })), IMAGE);
  const lines = String(manifest).split('\n');
  expect(lines.filter((line) => line.includes('syslog'))).toMatchInlineSnapshot(`
    [
      "      - --no-syslog",
      "      name: syslog",
      "    name: syslog",
    ]
  `);
  expect(lines.slice(lines.indexOf('    volumeMounts:'))).toMatchInlineSnapshot(`
    [
      "    volumeMounts:",
      "    - mountPath: /etc/keepalived",
      "      name: config",
      "      readOnly: true",
      "    - mountPath: /dev/log",
      "      name: syslog",
      "      readOnly: true",
      "    - mountPath: /var/log/rota-notify",
      "      name: notify",
      "    securityContext:",
      "      privileged: true",
      "  hostNetwork: true",
      "  priorityClassName: system-node-critical",
      "  restartPolicy: Always",
      "  volumes:",
      "  - hostPath:",
      "      path: /etc/keepalived",
      "      type: Directory",
      "    name: config",
      "  - hostPath:",
      "      path: /dev/log",
      "      type: Socket",
      "    name: syslog",
      "  - hostPath:",
      "      path: /var/log/rota-notify",
      "      type: Directory",
      "    name: notify",
      "",
    ]
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
