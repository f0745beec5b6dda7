using MuLambda.Tests.Otlp;

namespace EndToEnd;

[Collection(SharedPlatform.Name)]
public sealed class TraceTests(Platform platform)
{
    [Fact]
    public async Task One_inference_is_one_tree_of_spans_from_the_client_to_the_executor()
    {
        var before = platform.Telemetry.Spans.Where(span => span.Name == "infer").Select(span => span.TraceId).ToHashSet();

        var result = await platform.RunCommandAsync(
            "infer", "--client", "digits-accurate", "--image", Path.Combine(Digits.Samples, Digits.Files[0]));

        result.ExitCode.ShouldBe(0, result.Error);
        CollectedSpan? infer = null;
        var spans = await platform.Telemetry.WaitForAsync(
            all =>
            {
                infer = all.FirstOrDefault(span => span.Name == "infer" && !before.Contains(span.TraceId));
                var trace = all.Where(span => span.TraceId == infer?.TraceId).ToList();
                return new[] { "select", "forward", "predict" }.All(name => trace.Exists(span => span.Name == name))
                    && trace.TrueForAll(span => span == infer || trace.Exists(parent => parent.SpanId == span.ParentId));
            },
            Platform.Patience);

        var tree = spans.Where(span => span.TraceId == infer!.TraceId).ToList();
        tree.Where(span => span.ParentId is null).ShouldHaveSingleItem().ShouldBe(infer);
        Ancestors(tree, Single(tree, "select")).ShouldContain(infer);
        Ancestors(tree, Single(tree, "forward")).ShouldContain(infer);
        Ancestors(tree, Single(tree, "predict")).ShouldContain(Single(tree, "forward"));
        Single(tree, "infer").Attributes["mulambda.client"].ShouldBe("digits-accurate");
        Single(tree, "forward").Attributes["mulambda.model"].ShouldBe("digits-cnn");
        Single(tree, "predict").Attributes["mulambda.model"].ShouldBe("digits-cnn");
        tree.Select(span => span.Service).Distinct().Count().ShouldBe(3, "command, selector and executor");
    }

    private static CollectedSpan Single(IReadOnlyList<CollectedSpan> tree, string name) =>
        tree.Where(span => span.Name == name).ShouldHaveSingleItem();

    private static IEnumerable<CollectedSpan> Ancestors(IReadOnlyList<CollectedSpan> tree, CollectedSpan span)
    {
        while (span.ParentId is { } parentId)
        {
            span = tree.Single(candidate => candidate.SpanId == parentId);
            yield return span;
        }
    }
}
