/**
 * A port, 1 to 65535. Of numbers that are written down the compiler knows which are none; a variable may be any number, and is
 * looked at when the program is compiled.
 */
export type Port<Value extends number = number> = number extends Value
  ? Value
  : IsPort<`${Value}`> extends true
    ? Value
    : 'a port is a whole number from 1 to 65535';

type IsPort<Text extends string> = Text extends '0' | `${string}${'.' | '-' | 'e'}${string}`
  ? false
  : Text extends `${infer _1}${infer _2}${infer _3}${infer _4}${infer _5}${infer Rest}`
    ? [Rest, Text] extends ['', Exclude<Text, Above>]
      ? true
      : false
    : true;

/** What is above 65535, of five digits. */
type Above =
  | `${7 | 8 | 9}${string}`
  | `6${6 | 7 | 8 | 9}${string}`
  | `65${6 | 7 | 8 | 9}${string}`
  | `655${4 | 5 | 6 | 7 | 8 | 9}${string}`
  | `6553${6 | 7 | 8 | 9}`;
