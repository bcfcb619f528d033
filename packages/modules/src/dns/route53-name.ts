/**
 * Route 53 writes what is no printable letter as `\DDD` with octal digits, in names as in texts; zone files have decimal
 * digits there. A quote or backslash behind a backslash is the same in both.
 * Source: Route 53 developer guide, "DNS domain name format" and "TXT record type".
 */
export function fromRoute53(text: string): string {
  return text.replaceAll(/\\([0-7]{3}|.)/g, (whole, code: string) =>
    code.length === 3 ? `\\${String(Number.parseInt(code, 8)).padStart(3, '0')}` : whole,
  );
}

export function toRoute53(text: string): string {
  return text.replaceAll(/\\(\d{3}|.)/g, (whole, code: string) =>
    code.length === 3 ? `\\${Number(code).toString(8).padStart(3, '0')}` : whole,
  );
}

/** A name as the API lists it, with `*` and other letters plain again, lower case. */
export function nameFromRoute53(name: string): string {
  return name
    .replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
    .toLowerCase();
}
