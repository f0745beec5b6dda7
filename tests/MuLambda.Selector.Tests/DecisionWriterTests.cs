using System.Text;
using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector.Tests;

public sealed class DecisionWriterTests
{
    [Theory]
    [InlineData(RoundTripSource.Measured, null, null)]
    [InlineData(RoundTripSource.Predicted, null, "/run/executor.sock")]
    [InlineData(RoundTripSource.Observed, "http://10.0.0.1:8500/?a=<b>&\"c\"", null)]
    [InlineData(RoundTripSource.Unknown, "http://10.0.0.1:8500", "/run/ü.sock")]
    public void A_decision_is_written_as_the_serializer_writes_it(RoundTripSource source, string? grpc, string? socket)
    {
        var model = TestPlatform.DigitModel("small", 0.9, 1000);
        var executor = new Executor("one", "node-1", [model.Reference], new ExecutorEndpoints("http://10.0.0.1:8501", grpc, socket), ExecutorState.Ready);
        var client = TestPlatform.Client("a", 1, 0);
        var snapshot = new SelectionIndex().Update(
            1,
            new Dictionary<string, Model> { [model.Reference.ToString()] = model },
            new Dictionary<string, Executor> { [executor.Id] = executor },
            new Dictionary<string, Catalog.Client> { [client.Id] = client },
            new Dictionary<string, LatencyReport>(),
            new Dictionary<string, Node>());
        snapshot.TryGetDemand("a", out var demand).ShouldBeTrue();
        var selector = new ModelSelector(SelectionPolicies.Create("mulambda", 0), TimeProvider.System);
        var candidate = selector.Survey(demand, 1).Single().Candidate;
        var id = new RequestId(1_763_000_000_000, 12_345, 0xDEAD_BEEF);
        var fragments = new DecisionFragments(snapshot);
        double[] figures = [0, 1, 0.1, 1e-7, 12345.678901234, 1e21, double.NaN, double.PositiveInfinity, 0.30000000000000004];
        foreach (var figure in figures)
        {
            var decision = new Decision(candidate, new Estimate(figure, 0, 3, 0.9, source), figure, 4, "mulambda");

            Encoding.UTF8.GetString(DecisionWriter.Write(id, decision, fragments.Of(candidate))).ShouldBe(
                JsonSerializer.Serialize(DecisionBody.Of(decision, id.ToString()), SelectorJson.Default.DecisionBody));
        }
    }
}
