using BenchmarkDotNet.Attributes;
using MuLambda.Selection;

namespace MuLambda.MicroBenchmarks.Selection;

/// <summary>What an answer costs: all the estimators learn from it.</summary>
public class LearningBenchmarks
{
    private const int Executors = 1_000;
    private const int Answers = 20_000;

    private readonly Assignment[] _assignments = new Assignment[Answers];
    private readonly double[] _elapsedMs = new double[Answers];
    private ModelSelector _selector = null!;
    private Demand _demand = null!;

    [GlobalSetup]
    public void SetUp()
    {
        var catalog = new BenchmarkCatalog(Executors);
        catalog.Work();
        _selector = new ModelSelector(SelectionPolicies.Create("round-robin", seed: 1), TimeProvider.System);
        _demand = catalog.Demand;
        var random = new Random(1);
        for (var i = 0; i < Answers; i++)
        {
            _elapsedMs[i] = 50 + (50 * random.NextDouble());
        }
    }

    [IterationSetup]
    public void Assign()
    {
        for (var i = 0; i < Answers; i++)
        {
            _assignments[i] = _selector.Select(_demand, 1)!.Value;
        }
    }

    [Benchmark(OperationsPerInvoke = Answers)]
    public void Complete()
    {
        for (var i = 0; i < Answers; i++)
        {
            _assignments[i].Complete(_elapsedMs[i], networkMs: 20, confidence: 0.9);
        }
    }
}
