export interface CsvLine {
  readonly fields: readonly string[];
  /** The file and the number of the line, for errors. */
  readonly where: string;
}

/** The lines of a file of comma separated values, without empty ones and comments. A field in double quotes may hold commas. */
export function csvLines(path: string, content: string): CsvLine[] {
  return content.split('\n').flatMap((line, index) => {
    const text = line.trim();
    return text === '' || text.startsWith('#') ? [] : [{ fields: splitFields(text), where: `${path}:${index + 1}` }];
  });
}

function splitFields(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain]) => (quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"')));
}
