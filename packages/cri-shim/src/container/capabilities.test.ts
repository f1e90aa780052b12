import { capabilitiesOfMask, containerCapabilities } from './capabilities';

const available = capabilitiesOfMask('1fffeffffff');

describe('containerCapabilities', () => {
  it('knows the bits of a mask', () => {
    expect(capabilitiesOfMask('400')).toEqual(['CAP_NET_BIND_SERVICE']);
    expect(available).not.toContain('CAP_SYS_RESOURCE');
    expect(available).toHaveLength(40);
  });

  const bounding = (asked: Parameters<typeof containerCapabilities>[0], privileged = false): readonly string[] => containerCapabilities(asked, { privileged, available }).bounding;

  it('gives the default set', () => expect(bounding(undefined)).toHaveLength(14));

  it('adds and drops by either form of a name', () => {
    const names = bounding({ addCapabilities: ['NET_ADMIN', 'CAP_SYS_TIME'], dropCapabilities: ['chown'] });
    expect(names).toEqual(expect.arrayContaining(['CAP_NET_ADMIN', 'CAP_SYS_TIME']));
    expect(names).not.toContain('CAP_CHOWN');
  });

  it('drops all but what is added', () => expect(bounding({ addCapabilities: ['NET_BIND_SERVICE'], dropCapabilities: ['ALL'] })).toEqual(['CAP_NET_BIND_SERVICE']));

  it('adds all that the machine has, less what is dropped', () => {
    expect(bounding({ addCapabilities: ['ALL'], dropCapabilities: ['SYS_ADMIN'] })).toEqual(available.filter((name) => name !== 'CAP_SYS_ADMIN'));
  });

  it('gives privileged containers all that the machine has', () => expect(bounding({ dropCapabilities: ['ALL'] }, true)).toEqual(available));

  it('makes ambient ones inheritable', () => {
    const { ambient, inheritable, permitted } = containerCapabilities({ addAmbientCapabilities: ['SYS_TIME'] }, { privileged: false, available });
    expect([ambient, inheritable]).toEqual([['CAP_SYS_TIME'], ['CAP_SYS_TIME']]);
    expect(permitted).toContain('CAP_SYS_TIME');
  });
});
