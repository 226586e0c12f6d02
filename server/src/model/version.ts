/** Whether a text is a Postfix version as people write it: `3.7`, `3.7.11`. Versions are compared by facts/parameters. */
export function isVersion(text: string): boolean {
  return /^\d{1,2}\.\d{1,3}(?:\.\d{1,3})?$/.test(text);
}
