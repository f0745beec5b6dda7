using Zoo = MuLambda.VisionZoo.Tests.Comparison.VisionZoo;

namespace MuLambda.VisionZoo.Tests;

public sealed class DeclarationTests
{
    [Theory]
    [InlineData("pose-estimation", "blazepose-full,blazepose-heavy,blazepose-lite,efficientpose,movenet-lightning,movenet-thunder,posenet")]
    [InlineData("object-detection", "centernet,nanodet")]
    [InlineData("face-detection", "blazeface-back,blazeface-front,facemesh-detection-full,facemesh-detection-short")]
    [InlineData("age-estimation", "age")]
    [InlineData("gender-classification", "gender")]
    [InlineData("emotion-classification", "emotion")]
    [InlineData("face-embedding", "faceres,mobileface,mobilefacenet")]
    public void The_models_of_a_task_are_declared(string task, string names) =>
        Zoo.Entries().Where(entry => entry.Upload.Traits.Task == task).Select(entry => entry.Upload.Name)
            .Order(StringComparer.Ordinal).ShouldBe(names.Split(','));

    [Fact]
    public void An_accuracy_that_nobody_published_counts_as_none()
    {
        var accuracies = Zoo.Entries().Select(entry => entry.Upload.Accuracy).ToArray();

        accuracies.Where(accuracy => accuracy.Metric == "unpublished").ShouldAllBe(accuracy => accuracy.Value == 0 && accuracy.Dataset == null);
        accuracies.Where(accuracy => accuracy.Metric != "unpublished").ShouldAllBe(accuracy => accuracy.Value > 0 && accuracy.Dataset != null);
    }
}
