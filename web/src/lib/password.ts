/** No letters or digits that look alike: this is read from a screen and typed once. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP = 4;

/** A password of 16 characters in groups (about 79 bits), for handing over: `k7mp-3xwq-hd9t-b4ne`. */
export function makePassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (b) => crypto.getRandomValues(b)): string {
  const letters: string[] = [];
  while (letters.length < GROUPS * GROUP) {
    for (const byte of random(new Uint8Array(GROUPS * GROUP))) {
      // 248 is the largest multiple of 31 in a byte: what is above would make some letters likelier.
      if (byte < 248 && letters.length < GROUPS * GROUP) letters.push(ALPHABET[byte % ALPHABET.length] ?? "");
    }
  }
  return letters.join("").replace(/(.{4})(?=.)/g, "$1-");
}
