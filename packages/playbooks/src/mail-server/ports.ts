/** SMTP, submission twice, IMAP twice, and POP3 over TLS. Port 110 stays shut. */
export const mailPorts: readonly number[] = [25, 587, 465, 143, 993, 995];
