import { Transform, type TransformCallback } from 'node:stream';
import { decodeHTMLAttribute } from 'entities';
import { QuoteType, Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** Attributes that hold an address, by the tags that have them (apimachinery's `proxy.Transport`). */
const LINKS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    a: ['href'],
    applet: ['codebase'],
    area: ['href'],
    audio: ['src'],
    base: ['href'],
    blockquote: ['cite'],
    body: ['background'],
    button: ['formaction'],
    command: ['icon'],
    del: ['cite'],
    embed: ['src'],
    form: ['action'],
    frame: ['longdesc', 'src'],
    head: ['profile'],
    html: ['manifest'],
    iframe: ['longdesc', 'src'],
    img: ['longdesc', 'src', 'usemap'],
    input: ['src', 'usemap', 'formaction'],
    ins: ['cite'],
    link: ['href'],
    object: ['classid', 'codebase', 'data', 'usemap'],
    q: ['cite'],
    script: ['src'],
    source: ['src'],
    video: ['poster', 'src'],
  }).map(([tag, attributes]) => [tag, new Set(attributes)]),
);

/** What is held back of a page has a bound: a longer address passes as it is. */
const LONGEST_HELD = 64 * 1024;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/**
 * Rewrites the links of a page that passes through. All else comes out byte by byte as it went in, whatever its encoding and however broken it is; no
 * more of a page is held than the name or the link that has not ended yet.
 */
export class HtmlLinks extends Transform {
  /** What has not gone out yet, a character a byte; where in the page that begins; and up to where it may go out. */
  #held = '';
  #heldFrom = 0;
  #doneTo = 0;
  #tagLinks: ReadonlySet<string> | undefined;
  #isLink = false;
  /** Where the link begins that the page is in, quotes aside. */
  #linkFrom: number | undefined;
  readonly #rewrite: (link: string) => string;
  readonly #tokenizer: Tokenizer;

  constructor(rewrite: (link: string) => string) {
    super();
    this.#rewrite = rewrite;
    this.#tokenizer = new Tokenizer({ decodeEntities: false }, this.#callbacks());
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const text = chunk.toString('latin1');
    this.#held += text;
    this.#tokenizer.write(text);
    this.#emitTo(this.#linkFrom ?? this.#doneTo);
    if (this.#held.length > LONGEST_HELD) this.#emitTo(this.#heldFrom + this.#held.length);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#tokenizer.end();
    this.#emitTo(this.#heldFrom + this.#held.length);
    done();
  }

  #callbacks(): TokenizerCallbacks {
    const pass = (_from: number, to: number): void => void (this.#doneTo = to);
    const passTo = (to: number): void => void (this.#doneTo = to);
    return {
      onopentagname: (from, to) => {
        this.#tagLinks = LINKS.get(this.#slice(from, to).toLowerCase());
        this.#doneTo = to;
      },
      onattribname: (from, to) => {
        this.#isLink = this.#tagLinks?.has(this.#slice(from, to).toLowerCase()) ?? false;
        this.#doneTo = to;
      },
      onattribdata: (from, to) => {
        if (this.#isLink) this.#linkFrom ??= from;
        this.#doneTo = to;
      },
      onattribend: (quote, to) => {
        this.#endLink(quote, quote === QuoteType.Unquoted ? to : to - 1);
        this.#doneTo = to;
      },
      oncdata: pass,
      onclosetag: pass,
      oncomment: pass,
      ondeclaration: pass,
      onopentagend: passTo,
      onprocessinginstruction: pass,
      onselfclosingtag: passTo,
      ontext: pass,
      onattribentity: () => undefined,
      ontextentity: () => undefined,
      onend: () => undefined,
    };
  }

  /** Puts the new link in the place of the old one, if that is still held and becomes another. */
  #endLink(quote: QuoteType, to: number): void {
    const from = this.#linkFrom;
    this.#linkFrom = undefined;
    this.#isLink = false;
    if (from === undefined || from < this.#heldFrom) return;
    const link = decodeHTMLAttribute(Buffer.from(this.#slice(from, to), 'latin1').toString());
    const rewritten = this.#rewrite(link);
    if (rewritten === link) return;
    this.#emitTo(from);
    const escaped = rewritten.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
    this.push(quote === QuoteType.Unquoted ? `"${escaped}"` : escaped);
    this.#drop(to);
  }

  /** A part of the page; empty if it has gone out already. */
  #slice(from: number, to: number): string {
    return from < this.#heldFrom ? '' : this.#held.slice(from - this.#heldFrom, to - this.#heldFrom);
  }

  #emitTo(to: number): void {
    if (to <= this.#heldFrom) return;
    this.push(Buffer.from(this.#held.slice(0, to - this.#heldFrom), 'latin1'));
    this.#drop(to);
  }

  #drop(to: number): void {
    this.#held = this.#held.slice(to - this.#heldFrom);
    this.#heldFrom = to;
  }
}
