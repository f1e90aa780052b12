import { EMPTY_MESSAGE, isDNS1035Label, isDNS1123Subdomain, regexMessage } from '@typekube/apimachinery';

const LABEL_FORMAT = '[a-z]([-a-z0-9]*[a-z0-9])?';
const LABEL_MESSAGE =
  "a DNS-1035 label, which must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

/** The problems of an `apiVersion`: a DNS-1035 label as its version, a DNS subdomain as its group, if any. */
export function isValidApiVersion(apiVersion: string): string[] {
  const parts = apiVersion.split('/');
  if (parts.length > 2) {
    const form = regexMessage(LABEL_MESSAGE, LABEL_FORMAT, 'my-name', 'abc-123');
    return [`an apiVersion is ${form} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyVersion')`];
  }
  const version = parts.at(-1) ?? '';
  const group = parts.length === 2 ? parts[0] : undefined;
  return [
    ...(group === undefined ? [] : partProblems('group', group, isDNS1123Subdomain(group))),
    ...partProblems('version', version, isDNS1035Label(version)),
  ];
}

function partProblems(part: string, text: string, problems: readonly string[]): string[] {
  return (text === '' ? [EMPTY_MESSAGE] : problems).map((problem) => `${part} part: ${problem}`);
}
