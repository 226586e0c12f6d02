/** Patterns with how a header drives them to PCRE's match limit: whether one that they fit does, or only others; or none on a line. */
export const slowPatterns: readonly (readonly [string, 'evaded' | 'slow' | 'quick'])[] = [
  ['^X: (a+)+$', 'slow'],
  ['^X:.*(?:a+)+!', 'evaded'],
  ['^Subject: ([a-z]+ ?)+!$', 'slow'],
  ['^Subject: (.*a){6}!', 'evaded'],
  ['^Subject: (.*a){12}!', 'evaded'],
  ['^Subject:.*\\d+\\d+\\d+x', 'evaded'],
  ['(.*,){5}z', 'evaded'],
  ['^X:.*\\s+.*\\s+.*!', 'evaded'],
  ['^(.*?,){11}P', 'slow'],
  ['^Subject:\\s*\\s*\\s*\\s*x', 'slow'],
  ['^From:.*@.*example\\.com', 'quick'],
  ['^Subject:.*free.*money', 'quick'],
  ['^(?:From|Sender):.*@(?:[a-z0-9-]+\\.)*example\\.com$', 'quick'],
  ['^Content-Type:.*name\\s*=\\s*"?.*\\.(?:exe|scr)"?\\s*$', 'quick'],
  ['[a-z]++[a-z]*[a-z]*[a-z]*!', 'quick'],
  ['\\s+$', 'quick'],
];
