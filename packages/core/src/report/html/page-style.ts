/** The look of a report: of the system's own fonts, light and dark, for a telephone, a screen and paper. */
export const pageStyle = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --dim: #57606a; --line: #d0d7de; --soft: #f6f8fa; --link: #0757b5;
  --good: #116329; --change: #7d4e00; --bad: #b3141e; --wait: #6639ba; --calm: #0b5c74;
  --connect: #8c959f; --read: #3f8fd2; --apply: #c27b00; --verify: #2b9348; }
@media (prefers-color-scheme: dark) { :root { --back: #0f1419; --text: #e6e9ec; --dim: #a0a9b3; --line: #39424c; --soft: #1a2129; --link: #79b8ff;
  --good: #6fdc8c; --change: #f1b64b; --bad: #ff8f8b; --wait: #ccaaff; --calm: #78d4ee;
  --connect: #6e7781; --read: #4c9ce0; --apply: #d9921c; --verify: #3fb55f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem clamp(.9rem, 4vw, 2.5rem) 3rem; max-width: 82rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
code, pre, .verb, svg text { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
h1 { font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2; margin: 0 0 .4rem; text-wrap: balance; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .7rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .2rem; }
p { margin: .3rem 0; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: 1rem 0 0; list-style: none; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--back); padding: .4rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.verb { color: var(--dim); margin: 0 0 .2rem; }
.dim { color: var(--dim); font-size: .9rem; }
.plain, .counts, .legend, .warnings { list-style: none; padding: 0; margin: 0; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .9rem; }
.counts li { border: 1px solid var(--line); border-radius: 6px; padding: .25rem .6rem; }
.warnings { margin-top: .8rem; border-left: 4px solid var(--change); padding-left: .8rem; }
.badge { font-size: .85rem; font-weight: 600; white-space: nowrap; }
.ok { color: var(--dim); } .create, .changed { color: var(--good); } .update { color: var(--change); } .refresh { color: var(--calm); }
.remove, .failed, .unreachable { color: var(--bad); } .unknown, .skipped { color: var(--wait); }
.step, .error { border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; margin-bottom: .7rem; scroll-margin-top: 1rem; }
.step:has(:target) { border-color: var(--link); box-shadow: 0 0 0 2px var(--link); }
.error { border-left: 5px solid var(--bad); }
.remedy { background: var(--soft); padding: .4rem .6rem; border-radius: 6px; }
pre { background: var(--soft); border-radius: 6px; padding: .6rem .8rem; margin: .5rem 0 0; overflow-x: auto; font-size: .85rem; line-height: 1.45;
  overflow-wrap: normal; tab-size: 4; }
.t-create, .t-good { color: var(--good); } .t-remove, .t-bad { color: var(--bad); } .t-update, .t-warning { color: var(--change); }
.t-refresh { color: var(--calm); } .t-unknown { color: var(--wait); } .t-dim, .t-place { color: var(--dim); } .t-strong { font-weight: 700; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; position: relative; }
.matrix { border-collapse: separate; border-spacing: 0; font-size: .9rem; min-width: 100%; overflow-wrap: normal; }
.matrix th, .matrix td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: center; white-space: nowrap; position: relative; }
.matrix tr:last-child > * { border-bottom: 0; }
.matrix th:first-child { text-align: left; position: sticky; left: 0; background: var(--soft); font-weight: 400; z-index: 1; max-width: min(26rem, 55vw);
  overflow: hidden; text-overflow: ellipsis; border-right: 1px solid var(--line); }
.matrix thead th { background: var(--soft); font-weight: 600; }
.matrix a { text-decoration: none; display: block; margin: -.3rem -.6rem; padding: .3rem .6rem; } .matrix a:hover { background: var(--soft); }
.mark { font-weight: 700; font-size: 1.05rem; }
summary { cursor: pointer; padding: .35rem 0; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .9rem; margin-bottom: .5rem; }
.swatch { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; vertical-align: -.05rem; }
.w-connect { background: var(--connect); } .w-read { background: var(--read); } .w-apply { background: var(--apply); } .w-verify { background: var(--verify); }
.lanes summary { display: grid; grid-template-columns: minmax(5rem, 12rem) 1fr 4.8rem; gap: .7rem; align-items: center; padding: .15rem 0; list-style: none; }
.lanes summary::-webkit-details-marker { display: none; }
.lane { position: relative; height: 1.1rem; background: var(--soft); border-radius: 4px; overflow: hidden; }
.bar { position: absolute; top: 0; bottom: 0; min-width: 2px; border-right: 1px solid var(--back); }
.lane-name, .lane-time { font-size: .9rem; } .lane-time { text-align: right; color: var(--dim); }
.said { font-size: .9rem; margin: .2rem 0 .8rem; }
.axis { display: flex; justify-content: space-between; margin: .2rem 5.5rem 0 calc(clamp(5rem, 33%, 12rem) + .7rem); }
svg { display: block; margin: .6rem; } svg text { font-size: 11px; fill: currentColor; }
.node rect { fill: var(--soft); stroke: currentColor; } .edge { fill: none; stroke: var(--dim); stroke-opacity: .55; }
footer { margin-top: 3rem; color: var(--dim); font-size: .85rem; }
@media (max-width: 34rem) { pre { white-space: pre-wrap; overflow-wrap: anywhere; } .lanes summary { grid-template-columns: 5rem 1fr 3.6rem; gap: .4rem; } .axis { margin: .2rem 4rem 0 5.4rem; } .matrix tbody th { max-width: 50vw; min-width: 9rem; white-space: normal; overflow-wrap: anywhere; } }
@media print { body { max-width: none; font-size: 10pt; padding: 0; } nav, .skip { display: none; } .step, .error { break-inside: avoid; } .scroll { overflow: visible; border: 0; }
  pre { white-space: pre-wrap; } details::details-content { content-visibility: visible; block-size: auto; } a { color: inherit; }
  .bar, .lane, .swatch, pre, .remedy { print-color-adjust: exact; } }
`;
