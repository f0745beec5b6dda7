using MuLambda.VisionZoo.Tests.Comparison;
using Zoo = MuLambda.VisionZoo.Tests.Comparison.VisionZoo;

namespace MuLambda.VisionZoo.Tests;

[Collection(VisionZooTests.Name)]
public sealed class BatchTests(Zoo zoo)
{
    /// <summary>The same runtime computes both, in another order of additions.</summary>
    private const double MaxRelativeError = 1e-4;

    private static readonly string[] Dynamic =
    [
        "age", "blazepose-full", "blazepose-heavy", "blazepose-lite", "emotion", "facemesh-detection-full", "facemesh-detection-short",
        "faceres", "gender", "mobileface", "mobilefacenet",
    ];

    public static TheoryData<string> Models => [.. Dynamic];

    [Fact]
    public void The_models_that_declare_a_dynamic_batch_are_known() =>
        Zoo.Names.Where(name => zoo[name].HasDynamicBatch).Order(StringComparer.Ordinal).ShouldBe(Dynamic);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_batch_of_two_is_two_batches_of_one(string name)
    {
        var model = zoo[name];
        using var loaded = model.Load();
        var singles = model.Trials.Select(trial => model.Run(loaded, trial.Input, trial.Shape)).ToArray();

        var both = model.Run(
            loaded, [.. model.Trials.SelectMany(trial => trial.Input)], [model.Trials.Count, .. model.Trials[0].Shape[1..]]);

        foreach (var (output, values) in both)
        {
            values.Shape.ShouldBe([2, .. singles[0][output].Shape[1..]], output);
            for (var i = 0; i < singles.Length; i++)
            {
                Difference.Of(values.Example(i), singles[i][output].Numbers).ShouldBeLessThan(MaxRelativeError, $"{output}, {model.Trials[i].Name}");
            }
        }
    }
}
