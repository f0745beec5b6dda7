using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MuLambda.Benchmarks.Selecting;

/// <summary>Runs wrk, the HTTP load generator of Debian's package of that name.</summary>
/// <param name="connections">Connections that are kept busy.</param>
/// <param name="threads">Threads, at most one a connection.</param>
internal sealed class Wrk(int connections, int threads)
{
    private const string Program = "wrk";
    private const string Mark = "result ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Why it cannot run; null when it can.</summary>
    public static string? Missing() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, Program)))
            ? null
            : "wrk is not on the PATH; this benchmark needs it (Debian: apt-get install wrk).";

    /// <summary>Posts the bodies in turn for a time.</summary>
    /// <exception cref="InvalidOperationException">wrk failed, or answers were no successes.</exception>
    public async Task<WrkResult> RunAsync(Uri target, TimeSpan time, IReadOnlyList<string> bodies)
    {
        var start = new ProcessStartInfo(Program,
        [
            "--connections", Number(connections),
            "--threads", Number(threads),
            "--duration", $"{Number((int)Math.Ceiling(time.TotalSeconds))}s",
            "--script", Path.Combine(AppContext.BaseDirectory, "Selecting", "select.lua"),
            target.AbsoluteUri, "--", .. bodies,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start.");
        using var deadline = new CancellationTokenSource(time + Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return Parse(await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new InvalidOperationException($"wrk did not end within {(time + Patience).TotalSeconds:0} s.");
        }
    }

    internal static WrkResult Parse(string output, string errors)
    {
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk reported nothing:\n{output}{errors}");
        var result = JsonSerializer.Deserialize<WrkResult>(line[Mark.Length..])!;
        return result.Failures == 0 && result.Requests > 0
            ? result
            : throw new InvalidOperationException($"{result.Failures} of {result.Requests} requests failed:\n{output}{errors}");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
