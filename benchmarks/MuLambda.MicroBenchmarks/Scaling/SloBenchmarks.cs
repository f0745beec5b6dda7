using BenchmarkDotNet.Attributes;
using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.MicroBenchmarks.Scaling;

/// <summary>What an objective costs each request, each look at it, and in memory.</summary>
public class SloBenchmarks
{
    private const int Requests = 100_000;

    private readonly Slo _slo = new(100);
    private readonly SloTrackerOptions _options = new();
    private readonly double[] _latencies = new double[Requests];
    private SloTracker _tracker = null!;

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        for (var i = 0; i < Requests; i++)
        {
            _latencies[i] = Math.Exp(6 * random.NextDouble());
        }

        _tracker = Create();
        Answered();
    }

    [Benchmark(OperationsPerInvoke = Requests)]
    public void Answered()
    {
        foreach (var latency in _latencies)
        {
            _tracker.Answered(latency);
        }
    }

    [Benchmark]
    public SloReport Look() => _tracker.Report("s", withLatencies: false);

    [Benchmark]
    public SloReport Report() => _tracker.Report("s");

    /// <summary>What this allocates is what a client takes for good.</summary>
    [Benchmark]
    public SloTracker Create() => new("c", _slo, _options, TimeProvider.System);
}
