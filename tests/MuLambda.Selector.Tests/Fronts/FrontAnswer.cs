using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector.Tests.Fronts;

/// <summary>What a front answered to an inference.</summary>
/// <param name="Http">The status over REST; null over gRPC.</param>
/// <param name="Grpc">The status over gRPC; null over REST.</param>
/// <param name="Error">What it says is wrong; null where nothing is.</param>
/// <param name="Values">The probabilities.</param>
/// <param name="Headers">The headers, or metadata before and behind the answer.</param>
internal sealed record FrontAnswer(
    int? Http, StatusCode? Grpc, string? Error, IReadOnlyList<float> Values, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The class of each example.</summary>
    public IEnumerable<int> Labels => Values.Chunk(10).Select(row => row.Index().MaxBy(p => p.Item).Index);

    public FrontAnswer ShouldBeOk()
    {
        Error.ShouldBeNull();
        (Http ?? 200).ShouldBe(200);
        (Grpc ?? StatusCode.Ok).ShouldBe(StatusCode.Ok);
        return this;
    }

    public FrontAnswer ShouldFail(int http, StatusCode grpc, params string[] words)
    {
        (Http ?? http).ShouldBe(http, Error);
        (Grpc ?? grpc).ShouldBe(grpc, Error);
        foreach (var word in words)
        {
            Error.ShouldNotBeNull().ShouldContain(word);
        }

        return this;
    }
}
