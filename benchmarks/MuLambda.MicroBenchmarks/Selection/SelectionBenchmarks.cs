using BenchmarkDotNet.Attributes;
using MuLambda.Selection;

namespace MuLambda.MicroBenchmarks.Selection;

/// <summary>What a selection costs a request, on a platform at work.</summary>
public class SelectionBenchmarks
{
    private ModelSelector _selector = null!;
    private Demand _demand = null!;

    [Params(16, 1_000, 10_000)]
    public int Candidates { get; set; }

    [ParamsSource(nameof(Policies))]
    public string Policy { get; set; } = "";

    public static IEnumerable<string> Policies => SelectionPolicies.Names;

    [GlobalSetup]
    public void SetUp()
    {
        var catalog = new BenchmarkCatalog(Candidates);
        catalog.Work();
        _selector = new ModelSelector(SelectionPolicies.Create(Policy, seed: 1), TimeProvider.System);
        _demand = catalog.Demand;
    }

    /// <summary>Filter, estimates, policy, and the end of the assignment.</summary>
    [Benchmark]
    public int Select()
    {
        using var assignment = _selector.Select(_demand, 1)!.Value;
        return assignment.Decision.Considered;
    }
}
