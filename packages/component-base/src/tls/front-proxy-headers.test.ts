import { proxiedUserReader } from './front-proxy-headers';

describe('whom a proxy names', () => {
  const read = proxiedUserReader({
    usernameHeaders: ['X-Remote-User', 'X-Other-User'],
    uidHeaders: ['X-Remote-Uid'],
    groupHeaders: ['X-Remote-Group'],
    extraHeadersPrefix: ['X-Remote-Extra-'],
  });

  it('is read with groups and extra values, each header of its own', () => {
    const headers = ['x-remote-user', 'jane', 'X-Remote-Group', 'a', 'X-REMOTE-GROUP', 'b, c', 'X-Remote-Uid', '7', 'X-Remote-Extra-example.com%2Fid', 'one', 'x-remote-extra-example.com%2fid', 'two'];
    expect(read(headers)).toEqual({ name: 'jane', uid: '7', groups: ['a', 'b, c'], extra: { 'example.com/id': ['one', 'two'] } });
  });

  it('has letters that are not ASCII as they were sent, in UTF-8', () => {
    const sent = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
    expect(read(['X-Remote-User', sent('jürgen'), 'X-Remote-Group', sent('größe')])).toEqual({ name: 'jürgen', groups: ['größe'] });
  });

  it('is nobody without a name', () => {
    expect(read(['X-Remote-User', '', 'X-Remote-Group', 'system:masters'])).toBeUndefined();
    expect(read(['X-Remote-User', '', 'X-Other-User', 'joe'])).toEqual({ name: 'joe', groups: [] });
  });
});
