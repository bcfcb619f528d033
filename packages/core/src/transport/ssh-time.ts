const seconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/**
 * A span as OpenSSH writes one (sshd_config(5), TIME FORMATS): `90`, `1m`, `1h30M`. In seconds; undefined for what is none.
 * Whoever reads an SSH configuration needs it.
 */
export function sshSeconds(text: string): number | undefined {
  if (!/^(\d{1,9}[smhdw]?)+$/i.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([smhdw]?)/gi)];
  return parts.reduce(
    (sum, [, digits, unit = '']) =>
      sum + Number(digits) * (seconds[unit.toLowerCase() || 's'] ?? 1),
    0,
  );
}
