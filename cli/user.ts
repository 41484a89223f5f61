import { hostname, userInfo } from 'node:os';

/** A user without an entry in /etc/passwd, as in a container, has a number only. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

export function machineName(): string {
  return hostname();
}
