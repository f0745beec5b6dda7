using BenchmarkDotNet.Attributes;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.MicroBenchmarks.Selection;

/// <summary>What a change of the catalog costs the selector.</summary>
public class SelectionIndexBenchmarks
{
    private BenchmarkCatalog _catalog = null!;
    private int _turn;

    [Params(1_000, 10_000)]
    public int Executors { get; set; }

    [GlobalSetup]
    public void SetUp() => _catalog = new BenchmarkCatalog(Executors);

    /// <summary>One executor reports another load.</summary>
    [Benchmark]
    public SelectionSnapshot Heartbeat() => _catalog.Heartbeat("executor-500", new ExecutorLoad(_turn++ % 8, 0, ServiceMs: 3));

    /// <summary>One node reports another round trip to one client.</summary>
    [Benchmark]
    public SelectionSnapshot RoundTrip() => _catalog.RoundTrip("node-50", 10 + (_turn++ % 8));

    /// <summary>One node tells another coordinate.</summary>
    [Benchmark]
    public SelectionSnapshot NodeMoved() => _catalog.Move("node-50", 10 + (_turn++ % 8));
}
