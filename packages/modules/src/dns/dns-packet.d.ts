/** The part of dns-packet 5.6.1 that is used here; the package ships no types of its own. */
declare module 'dns-packet' {
  interface Codec<Data> {
    encode: ((data: Data, buffer?: Buffer, offset?: number) => Buffer) & { bytes: number };
    decode: ((buffer: Buffer, offset?: number) => Data) & { bytes: number };
  }
  interface NameCodec {
    encode: ((name: string, buffer?: Buffer, offset?: number) => Buffer) & { bytes: number };
    /** `mail` writes a dot inside a label as `\.`, so that labels can be told apart. */
    decode: ((buffer: Buffer, offset?: number, options?: { mail?: boolean }) => string) & {
      bytes: number;
    };
  }
  const packet: {
    readonly name: NameCodec;
    /** Codec of the record data of one type, RDLENGTH included. */
    record(type: string): Codec<unknown>;
    encode(message: {
      readonly type: 'query';
      readonly id: number;
      readonly flags: number;
      readonly questions: { readonly name: string; readonly type: string }[];
    }): Buffer;
  };
  export = packet;
}
