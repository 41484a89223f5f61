/** Inventories as Ansible reads them. */
export * from '#lib/ansible-inventory/index.ts';
