import { HtmlLinks } from './html-links';

const toProxy = (link: string): string => (link.startsWith('/') ? `/p${link}` : link);

async function pass(page: Buffer | string, chunkLength: number, rewrite = toProxy): Promise<Buffer> {
  const bytes = Buffer.from(page);
  const links = new HtmlLinks(rewrite);
  const parts: Buffer[] = [];
  links.on('data', (part: Buffer) => parts.push(part));
  for (let at = 0; at < bytes.length; at += chunkLength) links.write(bytes.subarray(at, at + chunkLength));
  await new Promise<void>((resolve, reject) => links.on('end', resolve).on('error', reject).end());
  return Buffer.concat(parts);
}

const PAGES: readonly (readonly [string, string])[] = [
  ['<a href="/x">', '<a href="/p/x">'],
  ["<A class=b HREF = '/x?a=1&amp;b=2'>t</A>", "<A class=b HREF = '/p/x?a=1&amp;b=2'>t</A>"],
  ['<a href=/x/>', '<a href="/p/x/">'],
  ['<img src="/i" alt="/alt" longdesc="/l"/>', '<img src="/p/i" alt="/alt" longdesc="/p/l"/>'],
  ['<a src="/not-of-a" href="rel" href>', '<a src="/not-of-a" href="rel" href>'],
  ['<a href="&#47;x&quot;">', '<a href="/p/x&#34;">'],
  ['<script src="/s">if (a < b) x = \'<a href="/y">\'</script><link href="/l">', '<script src="/p/s">if (a < b) x = \'<a href="/y">\'</script><link href="/p/l">'],
  ['<!-- <a href="/x"> --><title><a href="/x"></title>', '<!-- <a href="/x"> --><title><a href="/x"></title>'],
  ['<form action="/f"><button formaction="/g">', '<form action="/p/f"><button formaction="/p/g">'],
  ['<a href="/never ended', '<a href="/never ended'],
  ['a < b <> </ <! <a', 'a < b <> </ <! <a'],
  ['<a href="/caf\u00e9">\u20ac', '<a href="/p/caf\u00e9">\u20ac'],
];

it.each(PAGES)('rewrites %j however it is cut', async (page, expected) => {
  for (const length of [1, 2, 3, 7, page.length * 2]) expect((await pass(page, length)).toString()).toBe(expected);
});

it('leaves bytes alone that are no UTF-8', async () => {
  const page = Buffer.from([0xff, 0xe9, 0x00, ...Buffer.from('<b title="'), 0xe9, ...Buffer.from('">')]);
  expect(await pass(page, 4)).toEqual(page);
});

it.each(['<a href="', '<a href=', '<!--', '<', `<${'a'.repeat(9)}`, '<a '])('holds back little of a page that goes on after %j', (beginning) => {
  const links = new HtmlLinks(toProxy);
  let length = 0;
  links.on('data', (part: Buffer) => (length += part.length));
  links.write(beginning);
  for (let i = 0; i < 64; i++) links.write('/'.repeat(16 * 1024));
  expect(length).toBeGreaterThan(63 * 16 * 1024 - 64 * 1024);
  links.destroy();
});
