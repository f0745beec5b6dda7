using MuLambda.VisionZoo.Tests.Comparison;
using Xunit.Abstractions;
using Zoo = MuLambda.VisionZoo.Tests.Comparison.VisionZoo;

namespace MuLambda.VisionZoo.Tests;

[Collection(VisionZooTests.Name)]
public sealed class ComparisonTests(Zoo zoo, ITestOutputHelper log)
{
    /// <summary>
    /// Weights that are stored as float16 need no wider bound as such: both sides restore them to the same float32 numbers before they
    /// compute, so that what differs is the order of float32 additions.
    /// </summary>
    private const double MaxRelativeError = 1e-3;

    /// <summary>
    /// The mask of the BlazePose models (float16 weights) is the exception. The arguments of its sigmoid reach 800, so that the rounding
    /// of additions moves the few pixels near 0 by tenths: TensorFlow.js's own two backends, WebAssembly and plain JavaScript, differ
    /// by 6e-3 there on noise.
    /// </summary>
    private const double MaxErrorOfMasks = 1e-2;

    public static TheoryData<string> Models => [.. Zoo.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_models_outputs_are_those_of_TensorFlowJs(string name)
    {
        var model = zoo[name];
        using var loaded = model.Load();
        foreach (var trial in model.Trials)
        {
            var outputs = model.Run(loaded, trial.Input, trial.Shape);

            outputs.Keys.Order().ShouldBe(trial.Reference.Keys.Order());
            foreach (var (output, reference) in trial.Reference)
            {
                outputs[output].Type.ShouldBe(reference.Type);
                outputs[output].Shape.ShouldBe(reference.Shape, $"{output}, {trial.Name}");
                var difference = DifferenceOf(name, output, outputs[output].Numbers, reference.Numbers);
                log.WriteLine($"{trial.Name} {output}: {difference:e1}");
                difference.ShouldBeLessThan(
                    output == "activation_segmentation" ? MaxErrorOfMasks : MaxRelativeError, $"{output}, {trial.Name}");
            }
        }
    }

    /// <summary>
    /// The bound is worth something only where the inputs make the model answer: MoveNet has to find the nose of the person in the
    /// picture, whose place is known (a little left of the middle, in the upper quarter).
    /// </summary>
    [Theory]
    [InlineData("movenet-lightning")]
    [InlineData("movenet-thunder")]
    public void MoveNet_finds_the_nose_of_the_person_in_the_picture(string name)
    {
        var model = zoo[name];
        var real = model.Trials.Single(trial => trial.Name == "real");
        using var loaded = model.Load();

        var keypoints = model.Run(loaded, real.Input, real.Shape).Values.ShouldHaveSingleItem();

        keypoints.Shape.ShouldBe([1, 1, 17, 3]);
        var (y, x, score) = (keypoints.Numbers[0], keypoints.Numbers[1], keypoints.Numbers[2]);
        log.WriteLine($"nose at ({x}, {y}) with {score}");
        x.ShouldBe(0.44f, tolerance: 0.04f);
        y.ShouldBe(0.23f, tolerance: 0.04f);
        score.ShouldBeGreaterThan(0.4f);
    }

    private static double DifferenceOf(string model, string output, float[] actual, float[] reference) => (model, output) switch
    {
        ("centernet", "tower_0/detections") => Difference.OfDetections(actual, reference, width: 6, score: 4, MaxRelativeError),
        (_, "output_poseflag") => Difference.OfProbabilities(actual, reference),
        _ => Difference.Of(actual, reference),
    };
}
