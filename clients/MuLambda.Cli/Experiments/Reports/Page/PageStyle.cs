namespace MuLambda.Cli.Experiments;

/// <summary>How the page looks, in light and in dark. The names of colours are those of experiments/charts/theme.mjs.</summary>
internal static class PageStyle
{
    public const string Css =
        """
        :root {
          color-scheme: light dark;
          --text: #1d2430; --muted: #626b7a; --line: #e3e7ee; --ground: #ffffff; --panel: #f7f8fb; --link: #1f5fd0;
          --good: #1c8a5a; --bad: #d23b3b;
          --weighted: #d23b3b; --plain-net-latency: #d08700; --random: #8b93a1; --round-robin: #1b998b; --mulambda: #2463eb; --oracle: #8b46d6;
          --slo: #2463eb; --concurrency: #d08700; --hpa: #d23b3b; --reactive-latency: #1b998b; --fixed: #8b93a1;
          --node-0: #2463eb; --node-1: #1b998b; --node-2: #e0a100; --node-3: #d2557f;
          --node-4: #7a5ad6; --node-5: #6b8e23; --node-6: #c0622d; --node-7: #5f7285;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --text: #e4e8ef; --muted: #98a2b3; --line: #2b323d; --ground: #12161c; --panel: #1a2029; --link: #7aa7ff;
            --good: #3cbf86; --bad: #ff6b6b;
            --weighted: #ff6b6b; --plain-net-latency: #f0b341; --random: #8f98a8; --round-robin: #3fc7b6; --mulambda: #5b93ff; --oracle: #b98bff;
            --slo: #5b93ff; --concurrency: #f0b341; --hpa: #ff6b6b; --reactive-latency: #3fc7b6; --fixed: #8f98a8;
            --node-0: #4c84f5; --node-1: #2fb3a3; --node-2: #eab530; --node-3: #e0719a;
            --node-4: #9a7df0; --node-5: #91b545; --node-6: #dd8450; --node-7: #8496a8;
          }
        }
        * { box-sizing: border-box; }
        html { scroll-behavior: smooth; }
        body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
        a { color: var(--link); text-decoration: none; }
        a:hover { text-decoration: underline; }
        .page { display: grid; grid-template-columns: 15rem minmax(0, 64rem); gap: 3rem; max-width: 84rem; margin: 0 auto; padding: 0 1.5rem; }
        nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 2rem 0; font-size: .875rem; }
        nav ol { list-style: none; margin: 0; padding: 0; }
        nav ol ol { padding-left: .9rem; border-left: 1px solid var(--line); margin: .15rem 0 .4rem .2rem; }
        nav li { margin: .18rem 0; }
        nav ol ol a { color: var(--muted); }
        main { padding: 2rem 0 6rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
        h2 { font-size: 1.4rem; margin: 3.5rem 0 .75rem; padding-top: .5rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1.1rem; margin: 2.25rem 0 .5rem; }
        p { margin: .6rem 0; max-width: 46rem; }
        code { font: .875em/1.5 ui-monospace, monospace; background: var(--panel); padding: .15em .35em; border-radius: 4px; overflow-wrap: anywhere; }
        figure { margin: 1.5rem 0 2.5rem; }
        figure h4 { margin: 0 0 .6rem; font-size: .95rem; font-weight: 600; }
        figure svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
        figcaption { margin-top: .5rem; color: var(--muted); font-size: .875rem; max-width: 52rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; margin: 1rem 0; font-size: .9rem; }
        th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th { color: var(--muted); font-weight: 600; white-space: nowrap; }
        table.goals td:nth-child(3):not(:last-child) { white-space: nowrap; }
        table.figures td:not(:first-child), table.figures th:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums; padding-left: .8rem; }
        .key { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .5em; }
        .good { color: var(--good); font-weight: 700; }
        .bad { color: var(--bad); font-weight: 700; }
        details { margin: .5rem 0; }
        summary { cursor: pointer; }
        @media (max-width: 60rem) {
          .page { display: block; }
          nav { position: static; max-height: none; padding-bottom: 0; }
          figure { overflow-x: auto; }
          figure svg { min-width: 44rem; }
        }
        @media print { nav { display: none; } .page { display: block; } figure { break-inside: avoid; } }
        """;
}
