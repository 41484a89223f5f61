/** Desired states of a host, for any playbook. */

export { type StaticPodOptions, staticPod } from '#tasks/containers/static-pod.ts';
export { type AbsentOptions, absent, noEmptyFolder } from '#tasks/files/absent.ts';
export { type CopyTreeOptions, copyTree } from '#tasks/files/copy-tree.ts';
export { type DownloadOptions, download } from '#tasks/files/download.ts';
export type { Edit } from '#tasks/files/edits.ts';
export { type FetchOptions, fetch } from '#tasks/files/fetch.ts';
export { type FileContent, type FileOptions, file } from '#tasks/files/file.ts';
export { type FolderOptions, folder } from '#tasks/files/folder.ts';
export { type InFileOptions, inFile } from '#tasks/files/in-file.ts';
export type { Inside } from '#tasks/files/inside.ts';
export { type LinkOptions, link } from '#tasks/files/link.ts';
export { type UnpackOptions, unpack } from '#tasks/files/unpack.ts';
export { firewall } from '#tasks/system/firewall.ts';
export { hostname } from '#tasks/system/hostname.ts';
export { type HostsEntryOptions, hostsEntry } from '#tasks/system/hosts-entry.ts';
export { type KernelModuleOptions, kernelModule } from '#tasks/system/kernel-module.ts';
export { type MountOptions, mount } from '#tasks/system/mount.ts';
export { noSysctl } from '#tasks/system/no-sysctl.ts';
export { swapOff } from '#tasks/system/swap-off.ts';
export { sysctl } from '#tasks/system/sysctl.ts';
export { timezone } from '#tasks/system/timezone.ts';
export { type AssertOptions, assert } from '#tasks/work/assert.ts';
export { type ContainerOptions, container } from '#tasks/work/container.ts';
export { type GitOptions, git } from '#tasks/work/git.ts';
export { type RunOptions, run } from '#tasks/work/run.ts';
export { type WaitForOptions, waitFor } from '#tasks/work/wait-for.ts';
