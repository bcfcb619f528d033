/** SMTP, submission twice, IMAP twice, and POP3 over TLS. Port 110 stays shut. */
export const mailPorts: readonly number[] = [25, 587, 465, 143, 993, 995];

/** ManageSieve, by which users write rules; open where it is asked for. */
export const sievePort = 4190;
