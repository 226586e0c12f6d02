/**
 * What PCRE2 10.42 (Unicode 14) says of the code points 0 to 255, which is all that a pattern on bytes can ask of
 * `\p{…}`. The engine's own Unicode tables answer for properties by name; the names are a closed list.
 */
import type { ByteSet } from './byte-set';
import { complement, fromTable, intersection, noByte, anyByte, rangeOf, setOf, union } from './byte-set';

const categories =
  'C Cc Cf Cn Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs';

/** Binary properties by their full and short names. */
const binary: readonly (readonly [full: string, short: string])[] = [
  ['Alphabetic', 'Alpha'],
  ['ASCII', 'ASCII'],
  ['ASCII_Hex_Digit', 'AHex'],
  ['Bidi_Control', 'Bidi_C'],
  ['Bidi_Mirrored', 'Bidi_M'],
  ['Cased', 'Cased'],
  ['Case_Ignorable', 'CI'],
  ['Changes_When_Casefolded', 'CWCF'],
  ['Changes_When_Casemapped', 'CWCM'],
  ['Changes_When_Lowercased', 'CWL'],
  ['Changes_When_Titlecased', 'CWT'],
  ['Changes_When_Uppercased', 'CWU'],
  ['Dash', 'Dash'],
  ['Default_Ignorable_Code_Point', 'DI'],
  ['Deprecated', 'Dep'],
  ['Diacritic', 'Dia'],
  ['Emoji', 'Emoji'],
  ['Emoji_Component', 'EComp'],
  ['Emoji_Modifier', 'EMod'],
  ['Emoji_Modifier_Base', 'EBase'],
  ['Emoji_Presentation', 'EPres'],
  ['Extended_Pictographic', 'ExtPict'],
  ['Extender', 'Ext'],
  ['Grapheme_Base', 'Gr_Base'],
  ['Grapheme_Extend', 'Gr_Ext'],
  ['Hex_Digit', 'Hex'],
  ['ID_Continue', 'IDC'],
  ['ID_Start', 'IDS'],
  ['Ideographic', 'Ideo'],
  ['IDS_Binary_Operator', 'IDSB'],
  ['IDS_Trinary_Operator', 'IDST'],
  ['Join_Control', 'Join_C'],
  ['Logical_Order_Exception', 'LOE'],
  ['Lowercase', 'Lower'],
  ['Math', 'Math'],
  ['Noncharacter_Code_Point', 'NChar'],
  ['Pattern_Syntax', 'Pat_Syn'],
  ['Pattern_White_Space', 'Pat_WS'],
  ['Quotation_Mark', 'QMark'],
  ['Radical', 'Radical'],
  ['Regional_Indicator', 'RI'],
  ['Sentence_Terminal', 'STerm'],
  ['Soft_Dotted', 'SD'],
  ['Terminal_Punctuation', 'Term'],
  ['Unified_Ideograph', 'UIdeo'],
  ['Uppercase', 'Upper'],
  ['Variation_Selector', 'VS'],
  ['White_Space', 'space'],
  ['XID_Continue', 'XIDC'],
  ['XID_Start', 'XIDS'],
];

/** Scripts of Unicode 14 by full and short name; below 256 there are only Latin and Common. */
const scripts =
  'Adlam Adlm Ahom Ahom Anatolian_Hieroglyphs Hluw Arabic Arab Armenian Armn Avestan Avst Balinese Bali Bamum Bamu Bassa_Vah Bass Batak Batk Bengali Beng Bhaiksuki Bhks Bopomofo Bopo Brahmi Brah Braille Brai Buginese Bugi Buhid Buhd Canadian_Aboriginal Cans Carian Cari Caucasian_Albanian Aghb Chakma Cakm Cham Cham Cherokee Cher Chorasmian Chrs Common Zyyy Coptic Copt Cuneiform Xsux Cypriot Cprt Cypro_Minoan Cpmn Cyrillic Cyrl Deseret Dsrt Devanagari Deva Dives_Akuru Diak Dogra Dogr Duployan Dupl Egyptian_Hieroglyphs Egyp Elbasan Elba Elymaic Elym Ethiopic Ethi Georgian Geor Glagolitic Glag Gothic Goth Grantha Gran Greek Grek Gujarati Gujr Gunjala_Gondi Gong Gurmukhi Guru Han Hani Hangul Hang Hanifi_Rohingya Rohg Hanunoo Hano Hatran Hatr Hebrew Hebr Hiragana Hira Imperial_Aramaic Armi Inherited Zinh Inscriptional_Pahlavi Phli Inscriptional_Parthian Prti Javanese Java Kaithi Kthi Kannada Knda Katakana Kana Kayah_Li Kali Kharoshthi Khar Khitan_Small_Script Kits Khmer Khmr Khojki Khoj Khudawadi Sind Lao Laoo Latin Latn Lepcha Lepc Limbu Limb Linear_A Lina Linear_B Linb Lisu Lisu Lycian Lyci Lydian Lydi Mahajani Mahj Makasar Maka Malayalam Mlym Mandaic Mand Manichaean Mani Marchen Marc Masaram_Gondi Gonm Medefaidrin Medf Meetei_Mayek Mtei Mende_Kikakui Mend Meroitic_Cursive Merc Meroitic_Hieroglyphs Mero Miao Plrd Modi Modi Mongolian Mong Mro Mroo Multani Mult Myanmar Mymr Nabataean Nbat Nandinagari Nand New_Tai_Lue Talu Newa Newa Nko Nkoo Nushu Nshu Nyiakeng_Puachue_Hmong Hmnp Ogham Ogam Ol_Chiki Olck Old_Hungarian Hung Old_Italic Ital Old_North_Arabian Narb Old_Permic Perm Old_Persian Xpeo Old_Sogdian Sogo Old_South_Arabian Sarb Old_Turkic Orkh Old_Uyghur Ougr Oriya Orya Osage Osge Osmanya Osma Pahawh_Hmong Hmng Palmyrene Palm Pau_Cin_Hau Pauc Phags_Pa Phag Phoenician Phnx Psalter_Pahlavi Phlp Rejang Rjng Runic Runr Samaritan Samr Saurashtra Saur Sharada Shrd Shavian Shaw Siddham Sidd SignWriting Sgnw Sinhala Sinh Sogdian Sogd Sora_Sompeng Sora Soyombo Soyo Sundanese Sund Syloti_Nagri Sylo Syriac Syrc Tagalog Tglg Tagbanwa Tagb Tai_Le Tale Tai_Tham Lana Tai_Viet Tavt Takri Takr Tamil Taml Tangsa Tnsa Tangut Tang Telugu Telu Thaana Thaa Thai Thai Tibetan Tibt Tifinagh Tfng Tirhuta Tirh Toto Toto Ugaritic Ugar Unknown Zzzz Vai Vaii Vithkuqi Vith Wancho Wcho Warang_Citi Wara Yezidi Yezi Yi Yiii Zanabazar_Square Zanb Qaac Qaai';

/** Bidirectional classes of the code points below 256, those that do occur there. */
const bidi: Readonly<Record<string, ByteSet>> = {
  b: setOf([0x0a, 0x0d, 0x1c, 0x1d, 0x1e, 0x85]),
  s: setOf([0x09, 0x0b, 0x1f]),
  ws: setOf([0x0c, 0x20]),
  bn: union(rangeOf(0, 8), rangeOf(0x0e, 0x1b), rangeOf(0x7f, 0x84), rangeOf(0x86, 0x9f), setOf([0xad])),
  et: setOf([0x23, 0x24, 0x25, 0xa2, 0xa3, 0xa4, 0xa5, 0xb0, 0xb1]),
  es: setOf([0x2b, 0x2d]),
  cs: setOf([0x2c, 0x2e, 0x2f, 0x3a, 0xa0]),
  en: union(rangeOf(0x30, 0x39), setOf([0xb2, 0xb3, 0xb9])),
  l: union(
    rangeOf(0x41, 0x5a),
    rangeOf(0x61, 0x7a),
    setOf([0xaa, 0xb5, 0xba]),
    rangeOf(0xc0, 0xd6),
    rangeOf(0xd8, 0xf6),
    rangeOf(0xf8, 0xff),
  ),
  al: noByte,
  an: noByte,
  fsi: noByte,
  lre: noByte,
  lri: noByte,
  lro: noByte,
  nsm: noByte,
  pdf: noByte,
  pdi: noByte,
  r: noByte,
  rle: noByte,
  rli: noByte,
  rlo: noByte,
};

/** Asks the engine's tables; `name` comes from the lists above only. */
function ask(name: string): ByteSet {
  const table = new Uint8Array(256);
  let one: RegExp;
  try {
    one = new RegExp(`^\\p{${name}}$`, 'u');
  } catch {
    return noByte;
  }
  for (let c = 0; c < 256; c++) if (one.test(String.fromCharCode(c))) table[c] = 1;
  return fromTable(table);
}

/** The name as the library compares it: small letters, without blanks, hyphens and underscores. */
const plain = (name: string): string => name.toLowerCase().replace(/[_\-\s]/g, '');

const known = new Map<string, ByteSet>();
function remember(name: string, set: () => ByteSet): ByteSet {
  let hit = known.get(name);
  if (!hit) known.set(name, (hit = set()));
  return hit;
}

const scriptNames = new Set(scripts.split(' ').map(plain));
const categoryNames = new Map(categories.split(' ').map(name => [name.toLowerCase(), name]));
const binaryNames = new Map(
  binary.flatMap(([full, short]) => [[plain(full), full] as const, [plain(short), full] as const]),
);

function script(name: string): ByteSet {
  if (name === 'latin' || name === 'latn') return remember('latin', () => ask('Script=Latin'));
  if (name === 'common' || name === 'zyyy') return remember('common', () => ask('Script=Common'));
  return noByte;
}

/** The other case of code points below 256 in Unicode, where it is below 256 too: for `(*UCP)` without case. */
export function unicodeOtherCase(byte: number): number {
  if ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)) return byte ^ 32;
  if (byte >= 0xc0 && byte <= 0xde && byte !== 0xd7) return byte + 32;
  if (byte >= 0xe0 && byte <= 0xfe && byte !== 0xf7) return byte - 32;
  return byte;
}

const special: Readonly<Record<string, () => ByteSet>> = {
  any: () => anyByte,
  'l&': () => union(ask('Lu'), ask('Ll'), ask('Lt')),
  lc: () => union(ask('Lu'), ask('Ll'), ask('Lt')),
  xan: () => union(ask('L'), ask('N')),
  xps: unicodeSpaces,
  xsp: unicodeSpaces,
  xwd: () => union(ask('L'), ask('N'), setOf([0x5f])),
  xuc: () => union(setOf([0x24, 0x40, 0x60]), rangeOf(0xa0, 0xff)),
};

/** `\s` under `(*UCP)`: separators, the white space controls and NEL. */
export function unicodeSpaces(): ByteSet {
  return remember('xsp', () => union(ask('Z'), rangeOf(9, 13), setOf([0x85])));
}

/** `\w` under `(*UCP)`. */
export function unicodeWord(): ByteSet {
  return remember('xwd', () => union(ask('L'), ask('N'), setOf([0x5f])));
}

/** `\d` under `(*UCP)`. */
export function unicodeDigits(): ByteSet {
  return remember('nd', () => ask('Nd'));
}

/** The POSIX classes under `(*UCP)`; undefined where they stay as they are. */
export function unicodePosix(name: string): ByteSet | undefined {
  switch (name) {
    case 'alpha':
      return property('l');
    case 'lower':
      return property('ll');
    case 'upper':
      return property('lu');
    case 'alnum':
      return property('xan');
    case 'blank':
      return setOf([9, 0x20, 0xa0]);
    case 'cntrl':
      return property('cc');
    case 'digit':
      return property('nd');
    case 'graph':
      return remember(':graph', () => complement(union(ask('Z'), ask('Cc'), ask('Cs'), ask('Cn'))));
    case 'print':
      return remember(':print', () => complement(union(ask('Zl'), ask('Zp'), ask('Cc'), ask('Cs'), ask('Cn'))));
    case 'punct':
      return remember(':punct', () => union(ask('P'), intersection(ask('S'), rangeOf(0, 127))));
    case 'space':
      return unicodeSpaces();
    case 'word':
      return unicodeWord();
    default:
      return undefined;
  }
}

/**
 * The bytes of a property, by the text between the braces of `\p{…}` (without `^`); undefined for an unknown name.
 */
export function property(text: string): ByteSet | undefined {
  const name = plain(text);
  const parted = /^([^:=]*)[:=](.*)$/s.exec(name);
  if (parted) {
    const [, kind = '', value = ''] = parted;
    if (kind === 'bidiclass' || kind === 'bc') return bidi[value];
    if (['script', 'sc', 'scriptextensions', 'scx'].includes(kind))
      return scriptNames.has(value) ? script(value) : undefined;
    return undefined;
  }
  const one = special[name];
  if (one) return remember(name, one);
  const category = categoryNames.get(name);
  if (category) return remember(name, () => ask(category));
  const full = binaryNames.get(name);
  if (full) return remember(name, () => ask(full));
  if (name.startsWith('bidi') && bidi[name.slice(4)]) return bidi[name.slice(4)];
  return scriptNames.has(name) ? script(name) : undefined;
}
