/*
 * What OpenSSH takes for the name of a host and of a user (valid_hostname and valid_ruser of its
 * ssh.c): a ProxyCommand, a Match exec and the like give them to a shell.
 */

/** Whether a host can be reached at it: no option, and nothing that a shell would read as more. */
export function isAddress(text: string): boolean {
  return !/^-|[\s\p{Cc}'"`$\\;&<>|(){},]/u.test(text);
}

export function isUserName(text: string): boolean {
  return !/^-|\s-|[\p{Cc}'"`$;&<>|(){}]|\\$/u.test(text);
}
