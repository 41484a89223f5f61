import { expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { formatTaskLists, listChosen, listTasks, tagsIn } from '#engine/report/task-list.ts';
import deploy from '#playbooks/deploy.ts';
import { choose } from '../../cli/choose.ts';
import type { ChoiceFlags } from '../../cli/flags/run.ts';
import { load } from '../../cli/load.ts';

const loaded = await load(deploy, { sources: ['inventory/lab.yaml'] });

function listed(flags: ChoiceFlags): string {
  const lists = listTasks(deploy, loaded.members);
  return formatTaskLists(listChosen(lists, choose(loaded, flags)));
}

test('the tasks of a playbook are listed by stage, with their tags, once for hosts that have the same', () => {
  expect(listed({})).toMatchInlineSnapshot(`
    "localhost
      stage 1
        image ocp/keepalived                       [image]
      others may be known once localhost has answered

    node[1-3]
      stage 1
        duty                                       [always]
        scripts run as root                        [always]
        interface srvc0                            [always]
        no other keepalived runs                   [always]
        kubelet watches the manifest folder        [always]
        no other manifest of keepalived            [always]
        no file of others is written over          [always]
        no other file sets its sysctls             [always]
        image ocp/keepalived on the node           [image]
      stage 2
        the keepalived of the host is ours         [config]
        sysctl net.ipv4.ip_nonlocal_bind           [sysctl]
        sysctl net.ipv6.ip_nonlocal_bind           [sysctl]
        /etc/keepalived                            [config]
        /etc/keepalived/keepalived.conf            [config]
        /etc/kubernetes/manifests/keepalived.yaml  [pod]
        keepalived runs                            [pod]
        keepalived has loaded its configuration    [config]
      others may be known once node[1-3] has answered"
  `);
  expect(tagsIn(listTasks(deploy, loaded.members))).toEqual([
    'always',
    'config',
    'image',
    'pod',
    'sysctl',
  ]);
});

test('those alone that tags or a start choose are listed', () => {
  expect(listed({ tags: ['config'], skipTags: ['always'] })).toMatchInlineSnapshot(`
    "localhost
      others may be known once localhost has answered

    node[1-3]
      stage 2
        the keepalived of the host is ours       [config]
        /etc/keepalived                          [config]
        /etc/keepalived/keepalived.conf          [config]
        keepalived has loaded its configuration  [config]
      others may be known once node[1-3] has answered"
  `);
  expect(listed({ startAtTask: '*/manifests/*' })).toMatchInlineSnapshot(`
    "localhost
      others may be known once localhost has answered

    node[1-3]
      stage 1
        duty                                       [always]
        scripts run as root                        [always]
        interface srvc0                            [always]
        no other keepalived runs                   [always]
        kubelet watches the manifest folder        [always]
        no other manifest of keepalived            [always]
        no file of others is written over          [always]
        no other file sets its sysctls             [always]
      stage 2
        /etc/kubernetes/manifests/keepalived.yaml  [pod]
        keepalived runs                            [pod]
        keepalived has loaded its configuration    [config]
      others may be known once node[1-3] has answered"
  `);
});

test('tags and titles that no task has are refused, each with what was meant', () => {
  const flags = { tags: ['confg', 'all'], skipTags: ['nothing'], startAtTask: 'keepalived run' };
  try {
    choose(loaded, flags);
    expect.unreachable();
  } catch (error) {
    expect(
      failuresOf(error).map(({ where, message, fix }) => `${where}: ${message}. ${fix}`),
    ).toMatchInlineSnapshot(`
      [
        "--tags: No task has the tag confg. Did you mean config?",
        "--skip-tags: No task has the tag nothing. Tags: always, config, image, pod, sysctl.",
        "--start-at: No task is called keepalived run. Did you mean keepalived runs?",
      ]
    `);
  }
});
