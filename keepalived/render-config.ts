import type { Member } from '#engine/model/playbook.ts';
import type { Text } from '#engine/model/secret.ts';
import { render } from '#engine/templates/render.ts';
import { ringInstances } from './instances.ts';
import { profileOf } from './profile.ts';
import type { KeepalivedVars } from './vars.ts';

/** The node's keepalived.conf. `members` are those of the playbook: its peers come from them. */
export function renderConfig(
  member: Member<KeepalivedVars>,
  members: readonly Member<KeepalivedVars>[],
): Text {
  return render('keepalived.conf.njk', {
    profile: profileOf(member.vars),
    instances: ringInstances(member, members),
  });
}
