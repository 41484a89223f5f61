import type { Meanwhile } from '#engine/model/rollout.ts';
import type { Text } from '#engine/model/secret.ts';
import { render } from '#engine/templates/render.ts';
import { familyOf } from './address.ts';
import { instancesIn } from './instances.ts';
import { profileOf } from './profile.ts';
import type { Node } from './vars.ts';

/**
 * The node's keepalived.conf. `members` are those of the playbook: its peers come from them.
 * `meanwhile`: what a phase has otherwise of its instances.
 */
export function renderConfig(
  member: Node,
  members: readonly Node[],
  meanwhile: Meanwhile = new Map(),
): Text {
  const profile = profileOf(member.vars);
  return render('keepalived.conf.njk', {
    profile,
    instances: instancesIn(member, members, meanwhile).map((instance) => {
      const ipv6 = familyOf(instance.vip) === 6;
      return {
        ...instance,
        // IPv6 has no other version. IPv4's own would be 2, with other timers; 3 takes no password.
        version: ipv6 ? '' : 3,
        auth_pass: ipv6 ? profile.auth_pass : '',
        // In IPv4 keepalived ignores them: a VIP is a secondary address, and so never the source.
        vip_options: ipv6 ? profile.vip_options : '',
      };
    }),
  });
}
