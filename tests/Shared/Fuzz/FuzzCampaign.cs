using System.Diagnostics;
using System.Globalization;

namespace MuLambda.Tests.Fuzz;

/// <summary>
/// Runs many damaged inputs against one parser. Each case has its own random numbers, so that one alone can be replayed:
/// MULAMBDA_FUZZ_SEED chooses other cases, MULAMBDA_FUZZ_CASES how many, MULAMBDA_FUZZ_CASE only one, MULAMBDA_FUZZ_TRACE a file that names
/// the case under way (beside it, in <c>.input</c>, what it is given), which stays when a native crash ends the process.
/// </summary>
/// <param name="name">What messages call it.</param>
/// <param name="cases">How many cases.</param>
/// <param name="print">Takes the seed and the tally.</param>
internal sealed class FuzzCampaign(string name, int cases, Action<string> print)
{
    private readonly int seed = Setting("MULAMBDA_FUZZ_SEED", 2026);
    private readonly string? trace = Environment.GetEnvironmentVariable("MULAMBDA_FUZZ_TRACE");
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int refused;
    private int current;
    private long slowest;
    private double greatest;

    /// <summary>How long one case may take. Far above what any takes: the machine may be busy.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What a case may allocate on its thread in all, whatever it is given.</summary>
    public long FreeBytes { get; init; } = 4 << 20;

    /// <summary>What a case may allocate beside for each byte it is given.</summary>
    public int BytesPerByte { get; init; } = 64;

    /// <summary>
    /// By how much the process may outgrow its own peak during one case, native memory included. Other tests run meanwhile, so this
    /// finds what is out of all proportion only.
    /// </summary>
    public long ResidentBytes { get; init; } = 512L << 20;

    /// <summary>Runs the cases.</summary>
    /// <param name="make">Makes a case's input.</param>
    /// <param name="attempt">Gives null when the input is accepted and the error's text when it is refused as it should be; throws otherwise.</param>
    /// <returns>The share of the cases that was refused.</returns>
    public double Run(Func<Random, byte[]> make, Func<byte[], string?> attempt)
    {
        var only = Setting("MULAMBDA_FUZZ_CASE", -1);
        var (first, count) = only >= 0 ? (only, 1) : (0, Setting("MULAMBDA_FUZZ_CASES", cases));
        print($"{name}: MULAMBDA_FUZZ_SEED={seed}, cases {first} to {first + count - 1}");
        Exception? failure = null;
        using var step = new SemaphoreSlim(0);
        var worker = new Thread(() =>
        {
            try
            {
                for (current = first; current < first + count; current++)
                {
                    One(make, attempt);
                    step.Release();
                }
            }
            catch (Exception e)
            {
                failure = e;
                step.Release();
            }
        })
        { IsBackground = true, Name = name };
        worker.Start();
        for (var done = 0; done < count && failure is null; done++)
        {
            if (!step.Wait(Deadline))
            {
                throw new TimeoutException($"{Case} took longer than {Deadline.TotalSeconds} s.");
            }
        }

        if (failure is not null)
        {
            throw new InvalidOperationException($"{Case} failed: {failure.Message}", failure);
        }

        worker.Join();
        print(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {refused} of {count} refused in {clock.Elapsed.TotalSeconds:0.0} s, slowest {slowest} ms, at most {greatest:0.0} bytes allocated a byte over the free ones"));
        return (double)refused / count;
    }

    private string Case => $"{name}: MULAMBDA_FUZZ_SEED={seed} MULAMBDA_FUZZ_CASE={current}";

    private static int Setting(string variable, int fallback) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;

    private static long PeakBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private void One(Func<Random, byte[]> make, Func<byte[], string?> attempt)
    {
        var input = make(new Random(unchecked((seed * 1_000_003) + current)));
        if (trace is not null)
        {
            File.WriteAllText(trace, Case);
            File.WriteAllBytes(trace + ".input", input);
        }

        var peak = PeakBytes();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var began = clock.ElapsedMilliseconds;
        var refusal = attempt(input);
        slowest = Math.Max(slowest, clock.ElapsedMilliseconds - began);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        greatest = Math.Max(greatest, (allocated - FreeBytes) / (double)Math.Max(1, input.Length));
        if (allocated > FreeBytes + ((long)BytesPerByte * input.Length))
        {
            throw new InvalidOperationException($"an input of {input.Length} bytes took {allocated} bytes of memory");
        }

        var grown = PeakBytes() - peak;
        if (grown > ResidentBytes)
        {
            throw new InvalidOperationException($"an input of {input.Length} bytes made the process grow by {grown} bytes");
        }

        if (refusal is { Length: 0 })
        {
            throw new InvalidOperationException("the refusal says nothing");
        }

        refused += refusal is null ? 0 : 1;
    }
}
