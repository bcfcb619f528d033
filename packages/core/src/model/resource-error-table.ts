import { type ErrorRow, failed, unreachable } from './error-row.ts';

/** Error codes of resource types and of what they are built on. A part of `errorTable`. */
export const resourceErrorTable = {
  DNS_RECORD_INVALID: {
    stage: 'dns',
    exitCode: failed,
    title: 'A DNS record is not valid.',
    remedy: 'Correct the field that the message names. Nothing was written.',
  },
  DNS_UNREACHABLE: {
    stage: 'dns',
    exitCode: unreachable,
    title: 'No TCP connection to the DNS server could be made.',
    remedy: 'Check address and port of the primary server, and that its port 53 is open for TCP.',
  },
  DNS_TIMEOUT: {
    stage: 'dns',
    exitCode: failed,
    title: 'The DNS server did not answer within the time limit.',
    remedy: 'Check that the server is up and that no firewall swallows TCP to its port.',
  },
  DNS_CONNECTION_LOST: {
    stage: 'dns',
    exitCode: unreachable,
    title: 'The DNS server closed the connection before it answered.',
    remedy:
      'Whether a pending update took place is unknown. Run again: the records are read first.',
  },
  DNS_REPLY_MALFORMED: {
    stage: 'dns',
    exitCode: failed,
    title: 'The reply of the DNS server could not be read.',
    remedy: 'Check with dig that a DNS server listens at this address and port.',
  },
  DNS_REFUSED: {
    stage: 'dns',
    exitCode: failed,
    title: 'The DNS server refused the request.',
    remedy:
      'Check that the server holds the zone and that its policy (allow-query, update-policy, acl) admits this key and address. BIND also refuses an MX or NS whose target in the same zone has no address.',
  },
  DNS_SERVFAIL: {
    stage: 'dns',
    exitCode: failed,
    title: 'The DNS server failed to carry out the request.',
    remedy:
      'Look at the log of the server: often it cannot write the journal of the zone, or the zone did not load.',
  },
  DNS_NOT_AUTHORITATIVE: {
    stage: 'dns',
    exitCode: failed,
    title: 'The DNS server is not authoritative for the zone.',
    remedy: 'Name the primary server of the zone, not a resolver, and check the name of the zone.',
  },
  DNS_NOT_ZONE: {
    stage: 'dns',
    exitCode: failed,
    title: 'A record lies outside the zone it was declared in.',
    remedy: 'Correct the zone, or leave it out so that it is looked up.',
  },
  DNS_REPLY_CODE: {
    stage: 'dns',
    exitCode: failed,
    title: 'The DNS server answered with a code that is not expected here.',
    remedy: 'Look at the log of the server.',
  },
  DNS_TSIG_BADKEY: {
    stage: 'dns',
    exitCode: failed,
    title: 'The DNS server does not know the TSIG key.',
    remedy:
      'Compare name and algorithm of the key with the configuration of the server. Knot says this too where no acl of the zone admits the key.',
  },
  DNS_TSIG_BADSIG: {
    stage: 'dns',
    exitCode: failed,
    title: 'The DNS server knows the TSIG key by another secret.',
    remedy: 'Copy the secret of the key again from the configuration of the server.',
  },
  DNS_TSIG_BADTIME: {
    stage: 'dns',
    exitCode: failed,
    title: 'The clocks of the DNS server and of this machine differ too much for TSIG.',
    remedy: 'Set the clock that is wrong; both ends should follow NTP.',
  },
  DNS_TSIG_REPLY: {
    stage: 'dns',
    exitCode: failed,
    title: 'The reply is not signed by the DNS server that holds the key.',
    remedy:
      'Something between here and the server changed or invented the reply. Do not trust it; look at the path.',
  },
  DNS_CHANGED_MEANWHILE: {
    stage: 'dns',
    exitCode: failed,
    title: 'A record set was changed by someone else between plan and write.',
    remedy: 'Plan again and look at what is there now. Nothing was overwritten.',
  },
  DNS_CNAME_CONFLICT: {
    stage: 'dns',
    exitCode: failed,
    title: 'A CNAME cannot stand beside other records of the same name.',
    remedy: 'Remove the CNAME or the other records first, or choose another name.',
  },
  DNS_NOT_APPLIED: {
    stage: 'dns',
    exitCode: failed,
    title: 'The DNS server reported success, but the records are not what was written.',
    remedy: 'Compare with dig, and look at the log of the server.',
  },
  DNS_API_DENIED: {
    stage: 'dns',
    exitCode: failed,
    title: 'The API of the DNS provider does not admit the token.',
    remedy: 'Check the token: that it is the right one, not expired, and may edit DNS of the zone.',
  },
  DNS_API_BUSY: {
    stage: 'dns',
    exitCode: failed,
    title: 'The API of the DNS provider asked to come back later until the time limit was over.',
    remedy: 'Wait a while and run again, or set a longer `timeoutMs`.',
  },
  DNS_API_REFUSED: {
    stage: 'dns',
    exitCode: failed,
    title: 'The API of the DNS provider refused the request.',
    remedy: 'Correct what it says. Nothing of the named record sets was written.',
  },
  DNS_API_FAILED: {
    stage: 'dns',
    exitCode: failed,
    title: 'The API of the DNS provider failed.',
    remedy: 'Run again: the records are read first. When it stays so, ask the provider.',
  },
  DNS_RECORD_SPECIAL: {
    stage: 'dns',
    exitCode: failed,
    title: 'A record set is more than plain records at its provider.',
    remedy: 'Manage it where it was made, or make it plain there first.',
  },
  DNS_TOO_MANY_REMOVALS: {
    stage: 'dns',
    exitCode: failed,
    title: 'A write would remove more record sets than the provider is told to allow.',
    remedy:
      'Look at what would be removed. If it is meant, raise `removalsMax` of the provider. Nothing was written.',
  },
  DNS_NOT_PROPAGATED: {
    stage: 'dns',
    exitCode: failed,
    title: 'Not every authoritative server serves the new records.',
    remedy: 'Check zone transfer and NOTIFY from the primary to the servers that lag.',
  },
  SERVICE_NOT_SYSTEMD: {
    stage: 'resource',
    exitCode: failed,
    title: 'A Service is declared for a host that does not run systemd.',
    remedy:
      'Declare Service only where facts.init is systemd; a container often has another first process.',
  },
  HOST_TOO_SMALL: {
    stage: 'resource',
    exitCode: failed,
    title: 'The host has less than what is declared to be needed.',
    remedy: 'Give the host more, or declare less: a smaller volume, or ifShort: accept.',
  },
  SERVICE_MASKED: {
    stage: 'resource',
    exitCode: failed,
    title: 'A unit that is to run or to start at boot is masked.',
    remedy: 'Somebody forbade it to start. Say masked: false to undo that.',
  },
  SERVICE_ENDS: {
    stage: 'resource',
    exitCode: failed,
    title: 'A unit that runs a command and ends was declared as running.',
    remedy: 'Leave running out, and declare enabled, or declare the timer that starts it.',
  },
  POSTCONF_UNKNOWN_PARAMETER: {
    stage: 'resource',
    exitCode: failed,
    title: 'The Postfix of the host has no such parameter.',
    remedy:
      'Correct the name, or leave the parameter out for this release. Names of your own begin with my_ or mua_.',
  },
  DKIM_KEY_INVALID: {
    stage: 'resource',
    exitCode: failed,
    title: 'The file of a DKIM key holds something else.',
    remedy:
      'Look at the file on the host. It is never overwritten: move it away, and a new key is made.',
  },
  DKIM_KEY_SMALL: {
    stage: 'resource',
    exitCode: failed,
    title: 'The DKIM key on the host has fewer bits than asked for.',
    remedy:
      'A key is never made again, because mail under way is signed with it: declare a new one with another selector.',
  },
  FILE_NOT_REGULAR: {
    stage: 'resource',
    exitCode: failed,
    title: 'Something else than a regular file stands where a file is wanted.',
    remedy:
      'Declare the path that a symbolic link leads to, or remove what stands there. Nothing was replaced.',
  },
  DIRECTORY_IN_THE_WAY: {
    stage: 'resource',
    exitCode: failed,
    title: 'Something else stands where a directory is wanted.',
    remedy: 'Remove what stands there, or declare another path. Nothing was replaced.',
  },
  SYMLINK_PLACE_TAKEN: {
    stage: 'resource',
    exitCode: failed,
    title: 'Something else stands where a symbolic link is wanted.',
    remedy: 'Remove what stands there, or declare another path. Nothing was replaced.',
  },
  FILE_PLACE_MISSING: {
    stage: 'resource',
    exitCode: failed,
    title: 'A file has no line after which something is to stand.',
    remedy: 'Correct the regular expression, or declare the line that it is to match as well.',
  },
  FILE_BLOCK_BROKEN: {
    stage: 'resource',
    exitCode: failed,
    title: 'A block of a file has no end, or an end has no beginning.',
    remedy:
      'Look at the file on the host, and put back the line that is missing, or remove the other one.',
  },
} as const satisfies Record<string, ErrorRow>;
