using BenchmarkDotNet.Attributes;
using MuLambda.Scaling;

namespace MuLambda.MicroBenchmarks.Scaling;

/// <summary>What a sample of a deployment's demand costs, and in memory what it is remembered in.</summary>
public class DemandHistoryBenchmarks
{
    private const int Samples = 2000;
    private const double SampleMs = 500;

    private readonly double[] _requests = new double[Samples];
    private DemandHistory _history = new();
    private double _nowMs;

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        for (var i = 0; i < Samples; i++)
        {
            _requests[i] = random.Next(150, 250);
        }
    }

    [Benchmark(OperationsPerInvoke = Samples)]
    public void Add()
    {
        foreach (var requests in _requests)
        {
            _nowMs += SampleMs;
            _history.Add(new DemandSample(_nowMs, SampleMs, requests, requests, 8, 2, requests, 0, 0, 0, 4, 40, 3));
        }
    }

    /// <summary>What this allocates is what a deployment takes for good.</summary>
    [Benchmark]
    public DemandHistory Create() => _history = new DemandHistory();
}
