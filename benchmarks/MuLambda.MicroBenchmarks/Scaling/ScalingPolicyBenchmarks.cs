using BenchmarkDotNet.Attributes;
using MuLambda.Scaling;

namespace MuLambda.MicroBenchmarks.Scaling;

/// <summary>What a decision on a busy deployment costs.</summary>
public class ScalingPolicyBenchmarks
{
    private const int Samples = 2000;
    private const double SampleMs = 500;

    private IScalingPolicy _policy = null!;
    private ScalingSnapshot _snapshot = null!;

    [ParamsSource(nameof(Policies))]
    public string Policy { get; set; } = "slo";

    public static IEnumerable<string> Policies => ScalingPolicies.Names;

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        var history = new DemandHistory();
        for (var i = 1; i <= Samples; i++)
        {
            history.Add(Sample(i * SampleMs, random.Next(150, 250)));
            history.Decided(i * SampleMs, 3);
        }

        _policy = ScalingPolicies.Create(Policy);

        // Half a second later, and a tick of every policy: 15 s and 2 s.
        _snapshot = new ScalingSnapshot
        {
            NowMs = (Samples * SampleMs) + 20_000 - ((Samples * SampleMs) % 15_000),
            Min = 0,
            Max = 8,
            Ready = 3,
            Starting = 0,
            History = history,
            Service = new ServiceCurve(8, 2, 1.2, 1, 32, 1000),
            TargetMs = 60,
            ColdStartMs = 1000,
        };
        history.Add(Sample(_snapshot.NowMs - 100, 200));
    }

    [Benchmark]
    public ScalingTarget Decide() => _policy.Decide(_snapshot);

    private static DemandSample Sample(double endMs, double requests) =>
        new(endMs, SampleMs, requests, requests, 8, 2, requests, 0, 0, 0, 4, 40, 3);
}
