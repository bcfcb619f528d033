import { connect } from 'node:net';

/** Says everything at once, before the server said anything. */
export function talkEarly(host: string, localAddress: string, to: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect({ host, port: 25, localAddress, timeout: 30_000 });
    socket.on('connect', () =>
      socket.write(`EHLO early.stranger.lab\r\nMAIL FROM:<>\r\nRCPT TO:<${to}>\r\nQUIT\r\n`),
    );
    socket.on('data', (chunk) => {
      said += String(chunk);
    });
    socket.on('timeout', () => socket.destroy(new Error(`Nobody answered after: ${said}`)));
    socket.on('error', reject);
    socket.on('close', () => resolve(said));
  });
}
