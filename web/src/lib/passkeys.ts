/** W3C Web Authentication: the browser's own passkeys, in the JSON form that the server speaks. */

export type Question = Record<string, unknown>;

/** Only by name and over HTTPS (or on `localhost`). */
export const passkeysWork = (): boolean =>
  isSecureContext && typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential && !/^[\d.]+$|^\[/.test(location.hostname);

/** What a new passkey tells the server; `null` when the person does not want to, or it takes them too long. */
export async function makePasskey(question: Question): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(question as unknown as PublicKeyCredentialCreationOptionsJSON);
  return answerOf(() => navigator.credentials.create({ publicKey }));
}

/** What one of the person's passkeys signs; `null` as above. */
export async function usePasskey(question: Question): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(question as unknown as PublicKeyCredentialRequestOptionsJSON);
  return answerOf(() => navigator.credentials.get({ publicKey }));
}

async function answerOf(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await ask();
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
