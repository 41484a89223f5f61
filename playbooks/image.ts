import { playbook } from '#engine/model/playbook.ts';
import { tagged } from '#engine/model/task.ts';
import { advise } from '#keepalived/advise.ts';
import { buildHostOf, imageSourcesOf } from '#keepalived/image-source.ts';
import { lint } from '#keepalived/lint.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { image } from '#tasks/containers/image.ts';

/** The image alone: built here or on its build host, and pushed or saved. Connects to no other host. */
export default playbook<KeepalivedVars>({
  name: 'image',
  hosts: 'controllers',
  vars: KeepalivedVars,
  prefixes: PREFIXES,
  lint,
  advise,
  localHost: buildHostOf,
  local: ({ members, facts }) =>
    tagged(
      ['image'],
      imageSourcesOf(members).map((source) => image(source, facts)),
    ),
});
