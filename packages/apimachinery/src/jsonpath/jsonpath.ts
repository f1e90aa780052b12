import { evaluatePath, type EvaluateOptions } from './evaluate';
import { JsonPathError, type PathList, type TemplatePart } from './nodes';
import { parseTemplate } from './parse';
import { printValue } from './print';

type Block =
  | { readonly type: 'results'; readonly part: TemplatePart }
  | { readonly type: 'range'; readonly path: PathList; readonly body: readonly Block[] }
  | { readonly type: 'stray-end' };

/**
 * A compiled template of kubectl's JSONPath, as client-go's util/jsonpath: paths in braces, text outside of them, `{range}` and
 * `{end}`. Compile once, use for any number of objects.
 */
export class JsonPath {
  private readonly blocks: readonly Block[];

  /** Throws a JsonPathError on a bad template. */
  constructor(
    template: string,
    private readonly options: EvaluateOptions = { allowMissingKeys: false },
  ) {
    this.blocks = toBlocks(parseTemplate(template), { position: 0 }, false);
  }

  /** What each piece of the template finds, one list a piece; a range repeats its pieces. Throws a JsonPathError. */
  findResults(object: unknown): readonly (readonly unknown[])[] {
    return this.run(this.blocks, object);
  }

  /** The template filled in: values of one piece with spaces between. Throws a JsonPathError. */
  print(object: unknown): string {
    return this.findResults(object)
      .map((results) => results.map(printValue).join(' '))
      .join('');
  }

  private run(blocks: readonly Block[], object: unknown): (readonly unknown[])[] {
    return blocks.flatMap((block) => {
      switch (block.type) {
        case 'results':
          return [block.part.type === 'literal' ? [block.part.text] : evaluatePath([object], block.part.path, this.options)];
        case 'range':
          return evaluatePath([object], block.path, this.options).flatMap((element) => this.run(block.body, element));
        case 'stray-end':
          throw new JsonPathError('not in range, nothing to end');
      }
    });
  }
}

/** Nests what stands between `{range …}` and `{end}`. A range without end goes on to the end of the template. */
function toBlocks(parts: readonly TemplatePart[], at: { position: number }, inRange: boolean): Block[] {
  const blocks: Block[] = [];
  while (at.position < parts.length) {
    const part = parts[at.position++];
    if (!part) break;
    const keyword = part.type === 'action' ? keywordOf(part.path) : undefined;
    if (keyword === 'end' && inRange) return blocks;
    if (keyword === 'end') blocks.push({ type: 'stray-end' });
    else if (keyword === 'range' && part.type === 'action') {
      blocks.push({ type: 'range', path: part.path.slice(1), body: toBlocks(parts, at, true) });
    } else blocks.push({ type: 'results', part });
  }
  return blocks;
}

function keywordOf([first]: PathList): 'range' | 'end' | undefined {
  if (first?.type !== 'identifier') return undefined;
  return first.name === 'range' || first.name === 'end' ? first.name : undefined;
}
